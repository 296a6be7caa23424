"""The owner of the tables, as whom a test makes a database of its own or does what only an administrator could."""

import os
from typing import Any
from urllib.parse import urlsplit

import psycopg


def owners_address(database: str) -> str:
    address = urlsplit(os.environ["DATABASE_URL"])
    return f"postgres://{os.environ['DATABASE_OWNER']}:{os.environ['DATABASE_OWNER_PASSWORD']}@{address.hostname}:{address.port}/{database}"


def owners_connection(database: str = "heaplab") -> "psycopg.Connection[Any]":
    """A connection of the owner's (in the tests' PostgreSQL a superuser, too) to one of the tests' databases."""
    return psycopg.connect(owners_address(database), autocommit=True)
