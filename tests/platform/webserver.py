"""A real web process on a database of its own, and connections to it that behave as nobody should."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.laptop.processes import Child, free_port
from tests.owner import owners_connection

PROJECT = Path(__file__).resolve().parents[2]
GRANIAN = ["-m", "granian", "--interface", "rsgi", "--loop", "asyncio", "--http", "1", "--no-ws"]
# Only for giving up: a busy machine may be slow, a hung process is slow for ever.
PATIENCE = 240.0


class WebServer:
    def __init__(self, home: Path, application: str = "config.web:application", **settings: str) -> None:
        self.application = application
        self.port = free_port()
        self.home = home
        lite = {"DATABASE_URL": f"sqlite://{home / 'web.sqlite3'}", "BROKER_URL": "memory://", "HEAPLAB_DATA": str(home)}
        self.environment = {**os.environ, **lite, **settings}

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[WebServer]:
        child = Child(
            "web", [sys.executable, *GRANIAN, "--port", str(self.port), self.application],
            environment=self.environment, log=self.log, folder=PROJECT,
        )  # fmt: skip
        try:
            child.await_ready(self.lives, PATIENCE)
            yield self
        finally:
            assert child.stop(), f"it had to be killed: {self.log.read_text()[-2000:]}"

    @property
    def log(self) -> Path:
        return self.home / "web.log"

    def lives(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.get("/healthz/live")[0] == 200
        return False

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, http.client.HTTPMessage]:
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        finally:
            connection.close()

    def sign_in(self, username: str, password: str, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        """As a browser does: the form first, for its cookie and its token."""
        _, page, given = self.get("/sign-in/")
        cookie = str(given["Set-Cookie"]).partition(";")[0]
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        body = f"csrfmiddlewaretoken={found[1]}&username={username}&password={password}"
        usual = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", "/sign-in/", body, {**usual, **headers})

    def half_a_request(self, path: str, length: int = 1000) -> socket.socket:
        """A form whose body has begun, and does not go on."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        kind = "application/x-www-form-urlencoded"
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\na".encode())
        return line


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """An empty one on the tests' PostgreSQL, by its address."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    name = f"own_{uuid.uuid4().hex}"
    with owners_connection() as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def eventually(seconds: float = PATIENCE) -> Iterator[None]:
    """Tries again until the time to give up has come."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(0.05)
