"""Statements whose text never changes, however many rows they are about: PostgreSQL reads and plans each once per connection.

Rows travel as one parameter, a text of JSON. Django works the SQL of its queries out anew each time, and PostgreSQL plans it anew, which is
more than what it takes to answer. Only where thousands of answers come in does that matter, and only there is SQL written by hand.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DatabaseError, connection
from django.db.models import Model

Row = tuple[Any, ...]
M = TypeVar("M", bound=Model)


def run(sql: str, *parameters: Any) -> list[Row]:
    """The rows it gives, if it gives any. Parameters are marked %s."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []
    connection.ensure_connection()
    # Django's own cursors write parameters into the text, so that no two statements are the same.
    plain: Any = psycopg.Cursor(connection.connection)
    with connection.make_debug_cursor(plain) if connection.queries_logged else connection.make_cursor(plain) as cursor:
        cursor.execute(sql, parameters)
        # Not cursor.description, which makes an object of every column to say as much.
        return cursor.fetchall() if plain.pgresult.nfields else []


def rows_of(**columns: str) -> str:
    """What stands after FROM to read rows out of a parameter of JSON: `rows_of(id="bigint")` is a table `v` with a column `id`."""
    if connection.vendor == "postgresql":
        return f"jsonb_to_recordset(%s::jsonb) AS v({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
    read = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {read} FROM json_each(%s)) AS v"


def json_sql(column: str) -> str:
    """The JSON of a text column of `rows_of`: what is JSON text already, and shared by many rows, is not taken apart for each."""
    return f"{column}::jsonb" if connection.vendor == "postgresql" else column


# A plan is kept as long as its connection, and one made while a table was small would read all of it ever after: in a transaction that
# begins with this, indexes only.
INDEXES_ALONE = "set_config('enable_seqscan', 'off', true)"


def indexes_alone() -> None:
    if connection.vendor == "postgresql":
        run(f"SELECT {INDEXES_ALONE}")


class Columns(Generic[M]):
    """A model's columns in a statement of one's own, and the rows made of what they bring. Other fields are fetched when used."""

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        self.model = model
        self.fields = [one for one in model._meta.concrete_fields if not names or one.name in names]
        self.names = [one.attname for one in self.fields]
        self.sql = ", ".join(f"{alias}.{one.column}" for one in self.fields)
        self.converters: dict[str, list[tuple[int, Any, list[Any]]]] = {}

    def made_of(self, values: list[Any]) -> M | None:
        """Takes its own values off the front of these. None where a join brought nothing."""
        own, values[:] = values[: len(self.names)], values[len(self.names) :]
        if own[0] is None:
            return None
        for place, column, converters in self._converters():
            for convert in converters:
                own[place] = convert(own[place], column, connection)
        return self.model.from_db(connection.alias, self.names, own)

    def _converters(self) -> list[tuple[int, Any, list[Any]]]:
        known = self.converters.get(connection.vendor)
        if known is None:
            known = []
            for place, field in enumerate(self.fields):
                column = field.get_col(self.model._meta.db_table)
                converters = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
                if converters:
                    known.append((place, column, converters))
            self.converters[connection.vendor] = known
        return known


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), default=plain_for(connection.vendor))


def plain_for(vendor: str) -> Any:
    return as_sqlite_keeps_it if vendor == "sqlite" else str


def as_sqlite_keeps_it(value: object) -> str:
    match value:
        case uuid.UUID():
            return value.hex
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case Decimal():
            return str(value)
    raise TypeError(f"{value!r} has no place in a statement")


@cache
def insertion(model: type[Model], vendor: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The statement that inserts any number of this model's rows, and its (column, attribute) pairs."""
    fields = [one for one in model._meta.concrete_fields if one.get_internal_type() != "BigAutoField"]
    columns = {str(one.column): one.db_type(connection) or "" for one in fields}
    names = ", ".join(columns)
    sql = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM {rows_of(**columns)}"
    return sql, tuple((str(one.column), one.attname) for one in fields)


def values_of(rows: Sequence[Model]) -> str:
    """The parameter for the insertion of these rows, all of one model."""
    _, pairs = insertion(type(rows[0]), connection.vendor)
    return as_json({column: getattr(row, attribute) for column, attribute in pairs} for row in rows)


def is_locked_elsewhere(error: DatabaseError) -> bool:
    """Somebody else holds a row for too long: the database itself is well."""
    return isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
