"""Runs the services of docker-compose.yml natively: each one's own command and environment, where names of hosts and files are put right.

What only a container engine can show (that the images build, that the network resolves names) stays unproven here.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from config.laptop.folder import random_secret
from config.laptop.processes import Child, free_port, someone_listens
from config.laptop.servers import Postgres, valkey_program

PROJECT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")


def interpolated(text: str, values: dict[str, str]) -> str:
    """${NAME}, ${NAME:-default} and ${NAME:?why}, as compose reads them, and $$ for a dollar."""

    def value(match: re.Match[str]) -> str:
        dollar, name, kind, rest = match.groups()
        if dollar:
            return "$"
        if values.get(name):
            return values[name]
        assert kind == "-", f"compose asks for {name}: {rest}"
        return rest

    return VARIABLE.sub(value, text)


class Fleet:
    """A fleet in a folder: `with Fleet(...)` has its servers running; services are started by their name in the file."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
        self.values = {"HEAPLAB_URL": "https://heaplab.example", "HEAPLAB_SECRETS": str(home / "secrets")}
        self.services: dict[str, Any] = yaml.safe_load(interpolated(text, self.values))["services"]
        self.postgres = Postgres(home / "postgres", settings=("fsync=off",))
        self.broker_port = free_port()
        self.children: dict[str, Child] = {}

    def __enter__(self) -> "Fleet":
        for folder in ("secrets", "state"):
            (self.home / folder).mkdir(parents=True)
        self.postgres.start()
        for name, value in {
            "secret-key": "a key of a fleet that lives as long as one test does",
            "owner-password": self.postgres.password,
            "database-password": random_secret(),
            "broker-password": random_secret(),
        }.items():
            (self.home / "secrets" / name).write_text(value)
        self.start_broker()
        return self

    def __exit__(self, *problem: object) -> None:
        for child in reversed(self.children.values()):
            child.stop()
        self.postgres.stop()

    def start_broker(self) -> None:
        """By its own command line; only where it listens and works is put right."""
        command = [str(valkey_program()) if part == "valkey-server" else part for part in self.command("valkey")]
        command += ["--bind", "127.0.0.1", "--port", str(self.broker_port), "--dir", str(self.home)]
        broker = Child("valkey", command, environment=dict(os.environ), log=self.home / "valkey.log")
        self.children["valkey"] = broker
        broker.await_ready(lambda: someone_listens(self.broker_port), 15)

    def environment(self, service: str) -> dict[str, str]:
        """Only what the file and the image give it: nothing of the tests' own leaks in."""
        given = {name: self.put_right(str(value)) for name, value in self.services[service].get("environment", {}).items()}
        bin_folder = Path(sys.executable).parent
        image = {"HEAPLAB_NO_BOOTSTRAP": "1", "HEAPLAB_DATA": str(self.home / "state"), "STATIC_ROOT": str(self.home / "static")}
        machine = {
            "PATH": f"{bin_folder}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOME": str(self.home),
        }
        return {**machine, **image, **given}

    def put_right(self, text: str) -> str:
        moved = {
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "redis://valkey:6379": f"redis://127.0.0.1:{self.broker_port}",
            "/run/secrets": str(self.home / "secrets"),
            "/data/": f"{self.home}/",
            "/tmp/beat-schedule": str(self.home / "beat-schedule"),
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
        }
        for there, here in moved.items():
            text = text.replace(there, here)
        return {"0.0.0.0": "127.0.0.1", "8000": str(self.port)}.get(text, text)

    def command(self, service: str) -> list[str]:
        return [self.put_right(str(part)) for part in self.services[service]["command"]]

    def run(self, service: str, command: list[str] | None = None) -> str:
        """To its end; its own command, or another in its environment."""
        done = subprocess.run(
            command or self.command(service),
            env=self.environment(service),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, f"{service}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def start(self, service: str) -> Child:
        child = Child(
            service, self.command(service), environment=self.environment(service), log=self.home / f"{service}.log", folder=PROJECT
        )
        self.children[service] = child
        return child

    def is_healthy(self, service: str) -> bool:
        kind, *command = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        environment = self.environment(service)
        command = [self.put_right(str(part)) for part in command]
        # The server's own client programs come with its wheel or its package.
        if service == "postgres":
            program = shutil.which(command[0]) or str(self.postgres.programs / command[0])
            command = [program, "--host", "127.0.0.1", "--port", str(self.postgres.port), *command[1:]]
        done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode == 0
