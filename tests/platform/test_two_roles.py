"""The owner of the tables migrates, everything else is done by a role without its rights: how that comes about, and who is warned."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.owner import owners_connection
from tests.platform.test_settings import FLEET, manage
from tests.platform.webserver import database_of_its_own

OWNER = ("DATABASE_OWNER", "DATABASE_OWNER_PASSWORD")


class Installation:
    """A database and a service role of its own, on the tests' PostgreSQL."""

    def __init__(self, address: str, home: Path) -> None:
        self.where = urlsplit(address)
        self.home = home
        self.service = f"service_{secrets.token_hex(4)}"
        self.owner = {name: os.environ[name] for name in OWNER}

    def address(self, role: str, password: str) -> str:
        return f"postgres://{role}:{password}@{self.where.hostname}:{self.where.port}{self.where.path}"

    def manage(self, *command: str, password: str, owner: bool = False) -> tuple[int, str]:
        settings = FLEET | {"DATABASE_URL": self.address(self.service, password)} | (self.owner if owner else {})
        done = manage(list(command), settings, self.home)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    def comes_in(self, password: str) -> bool:
        try:
            psycopg.connect(self.address(self.service, password)).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with database_of_its_own() as address:
        made = Installation(address, tmp_path)
        yield made
        with owners_connection(made.where.path[1:]) as owner:
            owner.execute(f"DROP OWNED BY {made.service}")
            owner.execute(f"DROP ROLE {made.service}")


def test_olga_installs_it_rotates_the_services_password_and_migrates_as_often_as_she_likes(installation: Installation) -> None:
    assert installation.manage("migrate", "--verbosity", "0", password="first", owner=True) == (0, "")
    assert installation.comes_in("first")
    status, said = installation.manage("check", "--deploy", "--fail-level", "WARNING", password="first")
    assert status == 0, said
    assert installation.manage("load_exercises", "exercises/shipped", "--verbosity", "0", password="first")[0] == 0

    assert installation.manage("migrate", "--verbosity", "0", password="second", owner=True) == (0, "")
    assert installation.comes_in("second") and not installation.comes_in("first")
    # Without the owner there is nothing to be done, and nothing is: the rights stay.
    assert installation.manage("migrate", "--verbosity", "0", password="second")[0] == 0
    assert installation.manage("jobs", password="second")[0] == 0


def test_who_migrates_without_the_owner_is_told_what_is_missing(installation: Installation) -> None:
    assert installation.manage("migrate", "--verbosity", "0", password="first", owner=True) == (0, "")
    status, said = installation.manage("migrate", "grader", "0010", "--verbosity", "0", password="first")
    assert status == 1 and f"The role {installation.service} may not change tables: name their owner in DATABASE_OWNER" in said


def test_a_fleet_whose_service_could_undo_what_protects_its_records_is_warned_about(installation: Installation) -> None:
    assert installation.manage("migrate", "--verbosity", "0", password="first", owner=True) == (0, "")
    owners = FLEET | {"DATABASE_URL": installation.address(*installation.owner.values())}
    done = manage(["check", "--deploy", "--fail-level", "WARNING"], owners, installation.home)
    assert done.returncode == 1
    for what in ("it is a superuser", "owns the tables", "may empty tables", "Name an owner in DATABASE_OWNER"):
        assert what in done.stderr


def test_one_role_cannot_be_both(tmp_path: Path) -> None:
    done = manage(["check"], FLEET | {"DATABASE_OWNER": "heaplab"}, tmp_path)
    assert done.returncode == 2 and "DATABASE_OWNER and DATABASE_URL both name heaplab" in done.stderr
