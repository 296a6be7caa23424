"""`python3 manage.py up`: the whole of Heaplab on one machine, until it is stopped."""

import argparse
import errno
import hashlib
import io
import os
import shutil
import signal
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import IO

import django
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from config.environment import BadSetting
from config.laptop import folder
from config.laptop.processes import MARK, CannotStart, Child, bury_leftovers, free_port, marked_environment, someone_listens
from config.laptop.servers import Postgres, Valkey, postgres_programs, valkey_program

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SPACE_NEEDED = 200 * 1024 * 1024
SHIPPED = folder.PROJECT / "exercises" / "shipped"


class Stopped(Exception):
    """Somebody asked us to stop."""


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    try:
        with ExitStack() as closing:
            return serve(options, closing)
    except Stopped:
        print("Stopped.", flush=True)
        return 0
    except (CannotStart, BadSetting) as problem:
        print(problem, file=sys.stderr)
    except OSError as problem:
        print(explain(problem), file=sys.stderr)
    except DatabaseError as problem:
        print(f"The database refused: {' '.join(str(problem).split())[:300]} Its log is in {folder.data_folder()}.", file=sys.stderr)
    except CommandError as problem:
        print(problem, file=sys.stderr)
    except Exception as problem:
        details = keep(traceback.format_exc())
        print(f"A fault in Heaplab itself ({type(problem).__name__}: {problem}). Please report it with {details}.", file=sys.stderr)
    return 1


def keep(details: str) -> Path:
    """Details are for whoever mends it, not for whoever typed the command."""
    path = folder.data_folder() / "logs" / "fault.log"
    folder.write_private(path, details)
    return path


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where to listen on 127.0.0.1 (default 8000; 0: any free one)")
    parser.add_argument("--lite", action="store_true", help="SQLite, and the worker inside the web process")
    parser.add_argument("--seconds", type=float, help="stop by itself after so many seconds")
    return parser.parse_args(arguments)


def stop(number: int, frame: FrameType | None) -> None:
    # A second signal, while everything is being stopped, must not cut that short.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise Stopped


def explain(problem: OSError) -> str:
    home = folder.data_folder()
    if problem.errno == errno.ENOSPC:
        return f"The disk that holds {home} is full: free some space, or name a folder elsewhere in HEAPLAB_DATA."
    if problem.errno in {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENOENT, errno.EEXIST}:
        return f"The data folder {home} cannot be written ({problem.strerror}): name a folder that you may write in HEAPLAB_DATA."
    return f"The system refused: {problem}."


def serve(options: argparse.Namespace, closing: ExitStack) -> int:
    home = folder.prepare(folder.data_folder())
    closing.enter_context(alone(home))
    # Setting up runs in this process too, which must not be taken for a leftover of itself.
    os.environ.pop(MARK, None)
    if buried := bury_leftovers(home):
        print(f"Ended {buried} process{'es' if buried > 1 else ''} that an earlier start had left behind.", flush=True)
    port = options.port or free_port()
    if someone_listens(port):
        raise CannotStart(f"Port {port} is taken: stop what listens there, or choose another: `python3 manage.py up --port {port + 1}`.")
    if shutil.disk_usage(home).free < SPACE_NEEDED:
        raise OSError(errno.ENOSPC, "nearly full")
    lite = options.lite or not wheels_fit()
    start_servers(home, port, lite, closing)
    children: list[Child] = []
    if is_settled(home, lite):
        # Nothing to migrate: the processes may start while this one looks over the data.
        children = start_children(home, port, lite, closing)
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    folder.write_private(settled(home, lite), fingerprint())
    children = children or start_children(home, port, lite, closing)
    call_command("load_exercises", str(SHIPPED), verbosity=0)
    lines = demonstration()
    connections.close_all()
    children[0].await_ready(lambda: answers(port), 60)
    how = "SQLite, the worker inside the web server" if lite else "PostgreSQL, Valkey, a Celery worker"
    print(f"Heaplab is ready at http://127.0.0.1:{port}/ after {time.time() - float(os.environ['HEAPLAB_BEGAN']):.1f} s ({how}).")
    print("Sign in as:", *lines, f"Data and logs: {home}", "Stop with Ctrl-C.", sep="\n", flush=True)
    watch(children, options.seconds)
    print("Stopped.", flush=True)
    return 0


class alone:
    """Holds the data folder for one `up` at a time. The system lets go of it when the process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self.path = home / "up.lock"
        self.file: IO[str] | None = None

    def __enter__(self) -> None:
        self.file = self.path.open("a")
        if fcntl is not None:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                where = folder.known_addresses().get("ADDRESS", "another port")
                raise CannotStart(
                    f"Heaplab runs already on this data folder ({self.path.parent}), at {where}: use that one, stop it, "
                    "or name another folder in HEAPLAB_DATA."
                ) from None

    def __exit__(self, *problem: object) -> None:
        if self.file:
            self.file.close()


def wheels_fit() -> bool:
    """Whether this platform has the servers' programs at all. Where it has not (Windows, musl), lite is what there is."""
    if os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL"):
        return True
    try:
        postgres_programs()
        valkey_program()
    except CannotStart as problem:
        print(f"{problem} Going on with SQLite.", flush=True)
        return False
    return True


def start_servers(home: Path, port: int, lite: bool, closing: ExitStack) -> None:
    """Starts what is not given by DATABASE_URL and BROKER_URL, and tells the settings and other commands about it."""
    addresses = {name: os.environ[name] for name in ("DATABASE_URL", "BROKER_URL") if os.environ.get(name)}
    if lite:
        addresses = folder.lite_addresses()
    if "DATABASE_URL" not in addresses:
        postgres = Postgres(home / "postgres")
        closing.callback(postgres.stop)
        postgres.start()
        os.environ.update(postgres.settings_of_both())
        addresses["DATABASE_URL"] = postgres.address()
    if "BROKER_URL" not in addresses:
        valkey = Valkey(home / "valkey")
        closing.callback(valkey.stop)
        valkey.start()
        addresses["BROKER_URL"] = valkey.address
    os.environ.update(addresses)
    folder.remember_addresses({**addresses, "ADDRESS": f"http://127.0.0.1:{port}/"})


def fingerprint() -> str:
    """Changes whenever there may be something to migrate: with our migrations, and with the packages that bring their own."""
    ours = sorted(path for room in ("exercises", "grader") for path in (folder.PROJECT / room / "migrations").glob("*.py"))
    others = (folder.PROJECT / "config" / "database_roles.py", folder.PROJECT / "requirements" / "base.txt")
    parts = [path.read_bytes() for path in (*ours, *others)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def settled(home: Path, lite: bool) -> Path:
    return home / ("lite.migrated" if lite else "postgres.migrated")


def is_settled(home: Path, lite: bool) -> bool:
    with suppress(FileNotFoundError):
        return settled(home, lite).read_text(encoding="utf-8") == fingerprint()
    return False


def start_children(home: Path, port: int, lite: bool, closing: ExitStack) -> list[Child]:
    logs = folder.prepare(home / "logs")
    environment = marked_environment(home)
    # The owner's password is for this process alone, which migrates.
    for name in ("PYTHONDONTWRITEBYTECODE", "DATABASE_OWNER", "DATABASE_OWNER_PASSWORD", "DATABASE_OWNER_PASSWORD_FILE"):
        environment.pop(name, None)
    if lite:
        environment.setdefault("WEB_THREADS", "8")
    web = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "asyncio", "--host", "127.0.0.1", "--port", str(port),
        "--http", "1", "--no-ws", "config.web_with_worker:application" if lite else "config.web:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    worker += ["--loglevel", "INFO"]
    commands = {"web": web} if lite else {"web": web, "worker": worker}
    children = []
    for name, command in commands.items():
        log = logs / f"{name}.log"
        log.unlink(missing_ok=True)
        child = Child(f"The {name} process", command, environment=environment, log=log, folder=folder.PROJECT)
        closing.callback(child.stop)
        children.append(child)
    return children


def demonstration() -> list[str]:
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue().splitlines()


def answers(port: int) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=5) as response:
        return bool(response.status == 200)
    return False


def watch(children: list[Child], seconds: float | None) -> None:
    """Waits. A child that ends by itself ends the whole, with its last words: nothing runs on in pieces."""
    until = None if seconds is None else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        for child in children:
            if child.ended():
                raise CannotStart(f"{child.name} has ended: {child.last_words()} (whole log: {child.log})")
        time.sleep(0.2)
