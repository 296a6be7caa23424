"""A pytest plugin: real PostgreSQL and real Valkey, running before Django reads its settings.

pytest-django reads the settings before any conftest is loaded, hence a plugin (`-p tests.servers`) and not a fixture. Workers of xdist
inherit the environment, so one pair of servers serves them all. No server is a loud failure, never a skip.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from config.laptop.processes import CannotStart
from config.laptop.servers import CARELESS, Postgres, Valkey


class Servers:
    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="heaplab-tests-"))
        os.environ["HEAPLAB_DATA"] = str(self.home)
        self.postgres = Postgres(self.home / "postgres", settings=CARELESS)
        self.valkey = Valkey(self.home / "valkey")

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()
        os.environ.update(self.postgres.settings_of_both())
        os.environ["BROKER_URL"] = self.valkey.address
        os.environ["SECRET_KEY"] = "a key that guards nothing: it lives as long as one run of the tests"

    def stop(self) -> None:
        self.postgres.stop()
        self.valkey.stop()
        shutil.rmtree(self.home, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        # As each worker has a database of its own, so it has a queue of its own: nobody answers another's bell.
        os.environ["BROKER_URL"] = re.sub(r"/\d+$", f"/{1 + int(worker.removeprefix('gw')) % 15}", os.environ["BROKER_URL"])
    else:
        try:
            servers = Servers()
            early_config.add_cleanup(servers.stop)
            servers.start()
        except CannotStart as error:
            raise pytest.UsageError(str(error)) from None
    yield
