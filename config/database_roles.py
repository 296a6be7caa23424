"""Two roles in PostgreSQL: the owner of the tables, who migrates, and the service, as which everything else runs.

"Append-only" must hold against the service too, whoever gets hold of it: it may not switch off a trigger, empty a table or run a program on
the database's machine. PostgreSQL itself sees to that, for a role that owns nothing and has no right but those given below.

DATABASE_URL names the service, DATABASE_OWNER the owner. Without an owner there is one role for everything, as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from grader.models import AppendOnly

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
ADDING = "SELECT, INSERT"
# What is less than everything, beside what is append-only (its model says so).
RIGHTS = {
    "django_migrations": "SELECT",
    "django_content_type": "SELECT",
    "auth_permission": "SELECT",
    "grader_diagnosis": "SELECT, INSERT, UPDATE",
    "grader_standing": "SELECT, INSERT, UPDATE",
}


def rights() -> dict[str, str]:
    """Table to what the service may do with it."""
    found = {"django_migrations": RIGHTS["django_migrations"]}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        found[table] = ADDING if issubclass(model, AppendOnly) else RIGHTS.get(table, EVERYTHING)
    return found


def two_roles() -> bool:
    return connection.vendor == "postgresql" and bool(settings.DATABASE_OWNER)


def who_serves() -> tuple[str, str]:
    """The service's role and its password."""
    default = settings.DATABASES["default"]
    return str(default["USER"]), str(default["PASSWORD"])


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, this thread's connection is the owner's. Where there is one role for everything, nothing changes."""
    if not two_roles():
        yield
        return
    if connection.in_atomic_block:
        raise CommandError("Nobody becomes the owner of the tables in the middle of a transaction.")
    service = connection.settings_dict
    connection.close()
    connection.settings_dict = {**service, "USER": settings.DATABASE_OWNER, "PASSWORD": settings.DATABASE_OWNER_PASSWORD}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = service


def let_the_service_in() -> None:
    """Makes the service's role, or gives it today's password, and the rights of today's tables. As the owner; any number of times."""
    service, password = who_serves()
    if not comes_in():
        make(service, password)
    quoted = connection.ops.quote_name
    name, owner, database = quoted(service), quoted(settings.DATABASE_OWNER), quoted(str(connection.settings_dict["NAME"]))
    with transaction.atomic(), connection.cursor() as cursor:
        # Two that migrate at once take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('config.database_roles')), current_schema()")
        schema = quoted(cursor.fetchone()[1])
        cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {name}")
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        cursor.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        # A table that somebody makes in passing can be read and added to; what more it needs comes with the next migration.
        cursor.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT {ADDING} ON TABLES TO {name}")
        for table, allowed in present(rights()):
            cursor.execute(f"REVOKE ALL ON {quoted(table)} FROM PUBLIC, {name}")
            cursor.execute(f"GRANT {allowed} ON {quoted(table)} TO {name}")


def present(allowed: dict[str, str]) -> list[tuple[str, str]]:
    """A migration may have been asked for that is not the last: some tables are still to come."""
    there = set(connection.introspection.table_names())
    return [(table, what) for table, what in allowed.items() if table in there]


def comes_in() -> bool:
    """Whether the service's role is there and its password right."""
    parameters = connection.get_connection_params()
    parameters["user"], parameters["password"] = who_serves()
    names = ("dbname", "host", "port", "user", "password")
    try:
        psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)}, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def make(service: str, password: str) -> None:
    connection.ensure_connection()
    # The server, and so its log, sees no password but what can be checked by it.
    verifier = connection.connection.pgconn.encrypt_password(password.encode(), service.encode(), b"scram-sha-256").decode()
    name = connection.ops.quote_name(service)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [service])
            how = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(f"{how} ROLE {name} LOGIN PASSWORD '{verifier}'")
    except DatabaseError as problem:
        if comes_in():  # Another migration made it at the same moment.
            return
        reason = str(problem).strip().splitlines()[0]
        raise CommandError(
            f"The owner {settings.DATABASE_OWNER} may not make the role {service} ({reason}): make it as an administrator, "
            "with LOGIN and the password in DATABASE_PASSWORD, and migrate again."
        ) from None


# --- What `check --deploy` says of a fleet ---
TOO_MUCH = {
    "W001": (
        "rolsuper FROM pg_roles WHERE rolname = current_user",
        "may do everything in PostgreSQL (it is a superuser)",
    ),
    "W002": (
        "EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace "
        "AND pg_has_role(current_user, relowner, 'MEMBER'))",
        "owns the tables, and could switch off what keeps records as they were written",
    ),
    "W003": (
        "EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace "
        "AND has_table_privilege(oid, 'TRUNCATE'))",
        "may empty tables",
    ),
}
REMEDY = (
    "Name an owner in DATABASE_OWNER for `migrate` alone, and another role in DATABASE_URL for everything (config/README.md, “Two roles”)."
)


@checks.register(checks.Tags.security, deploy=True)
def the_service_is_plain(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    if not settings.FLEET or connection.vendor != "postgresql":
        return []
    found: list[checks.CheckMessage] = []
    try:
        with connection.cursor() as cursor:
            for number, (question, what) in TOO_MUCH.items():
                cursor.execute(f"SELECT {question}")
                if cursor.fetchone()[0]:
                    found.append(checks.Warning(f"The service's role {who_serves()[0]} {what}.", hint=REMEDY, id=f"heaplab.{number}"))
    except DatabaseError:
        # Whether it answers is for /healthz/ready to say.
        return []
    return found
