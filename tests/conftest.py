"""What every test may ask for. The people of the tests live beside the tests that tell of them."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from config.database_roles import as_owner
from grader.models import AppendOnly
from tests import chromium


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database is made by the owner of the tables; every test runs as the service does, with no right more.

    Between tests that commit, the owner empties what nobody may empty, and for that sets aside what forbids it.
    """
    with django_db_blocker.unblock(), as_owner():
        made = setup_databases(verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            for table in [one._meta.db_table for one in apps.get_models() if issubclass(one, AppendOnly)]:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept_whole")
    yield
    with django_db_blocker.unblock(), as_owner():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # A browser's last request may still hold a connection of the live server.
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program file of a real Chromium, for Playwright's `executable_path`."""
    return chromium.path()
