"""The least that a graded answer can cost: its rows written by the plain driver, each answer in two transactions of its own."""

from __future__ import annotations

import time
import uuid
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from config.laptop.load import processor_seconds

Row = dict[str, Any]


def microseconds_each(address: str, postgres: int, count: int) -> dict[str, float]:
    """Processor time per answer, here and in PostgreSQL. Rows that are stored already are taken as the pattern."""
    with psycopg.connect(address) as connection:
        submission = pattern(connection, "grader_submission")
        grading = pattern(connection, "grader_grading")
        result = pattern(connection, "grader_result")
        store(connection, submission, grading, result, 0)
        here, there = time.process_time(), processor_seconds(postgres)
        for number in range(1, count + 1):
            store(connection, submission, grading, result, number)
        return {
            "driver": (time.process_time() - here) / count * 1e6,
            "PostgreSQL": (processor_seconds(postgres) - there) / count * 1e6,
        }


def pattern(connection: psycopg.Connection[Any], table: str) -> Row:
    cursor = connection.execute(f"SELECT * FROM {table} LIMIT 1")
    assert cursor.description is not None
    found = cursor.fetchone() or ()
    return {
        column.name: Jsonb(value) if isinstance(value, dict | list) else value
        for column, value in zip(cursor.description, found, strict=True)
    }


def store(connection: psycopg.Connection[Any], submission: Row, grading: Row, result: Row, number: int) -> None:
    pk = uuid.uuid4()
    insert(connection, "grader_submission", {**submission, "id": pk, "idempotency_key": str(pk), "attempt_no": 1_000_000 + number})
    waiting = {**grading, "submission_id": pk, "state": "received", "lease_until": None}
    work = insert(connection, "grader_grading", {name: value for name, value in waiting.items() if name != "id"})
    connection.commit()
    connection.execute("UPDATE grader_grading SET state = 'graded' WHERE id = %s", [work], prepare=True)
    insert(connection, "grader_result", {name: value for name, value in result.items() if name != "id"} | {"submission_id": pk})
    connection.commit()


def insert(connection: psycopg.Connection[Any], table: str, row: Row) -> Any:
    columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
    sql: Any = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id"
    return (connection.execute(sql, list(row.values()), prepare=True).fetchone() or [None])[0]
