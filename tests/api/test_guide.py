"""A programmer reads the page at /api/v1/docs/ and does what it says: every command works as it stands, and answers as it is shown."""

from __future__ import annotations

import html
import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from string import Template
from typing import Any

import pytest
from django.test import Client

from grader.api.guide import addresses, examples
from grader.api.problems import KINDS, REMEDIES
from tests.api.test_description import description
from tests.platform.webserver import WebServer

# What is another every time: its kind is compared, and not its value.
VOLATILE = {"id", "expires_at", "received_at", "graded_at", "next", "placement", "sim_version"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """As `manage.py up --lite` makes it: the demo course, and the worker inside the web process."""
    made = WebServer(tmp_path_factory.mktemp("guide"), "config.web_with_worker:application", WEB_THREADS="8")
    made.manage("migrate", "--verbosity", "0")
    made.manage("load_exercises", "exercises/shipped/allocation_and_names")
    made.manage("demo")
    with made.running():
        yield made


class Shell:
    """Reads a command as a shell does, and does what curl or manage.py would."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.variables = {"HEAPLAB": f"http://127.0.0.1:{server.port}"}

    def run(self, command: str) -> tuple[int, str, Any]:
        program, *words = (Template(word).substitute(self.variables) for word in shlex.split(command.replace("\\\n", " ")))
        if program == "python3":
            assert words[0] == "manage.py"
            return 0, self.server.manage(*words[1:]), {}
        assert program == "curl"
        given = iter(words)
        headers: dict[str, str] = {}
        address, body = "", None
        for word in given:
            match word:
                case "-H":
                    name, _, value = next(given).partition(": ")
                    headers[name] = value
                case "-d":
                    body = next(given)
                case "-i":
                    pass
                case _:
                    assert word.startswith(self.variables["HEAPLAB"]) and not address
                    address = word.removeprefix(self.variables["HEAPLAB"])
        return self.server.ask("POST" if body else "GET", address, body, headers)


def steady(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: steady(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return type(value) if name in VOLATILE else value


def test_every_command_on_the_page_works_as_it_stands_and_answers_as_it_is_shown(server: WebServer) -> None:
    _, page, headers = server.get("/api/v1/docs/")
    assert headers["Content-Type"].startswith("text/html")
    shell = Shell(server)
    for name, example in examples().items():
        assert html.escape(example["command"]) in page, name
        status, text, sent = shell.run(example["command"])
        if "status" not in example:
            shell.variables["TOKEN"] = text.strip()
            continue
        assert status == example["status"], (name, text)
        if example["answer"]:
            assert html.escape(example["answer"]) in page, name
            assert steady(json.loads(text)) == steady(json.loads(example["answer"])), name
        for variable, path in example.get("keeps", {}).items():
            found = json.loads(text)
            for step in path.split("."):
                found = found[int(step) if step.isdecimal() else step]
            shell.variables[variable] = str(found)
        shell.variables |= {variable: sent[header] for variable, header in example.get("keeps_header", {}).items()}


def test_the_page_names_every_address_every_problem_and_every_limit_that_the_description_knows(db: None) -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    known = {(path, method.upper()) for path, methods in description()["paths"].items() for method in methods}
    assert {(one["path"], one["method"]) for one in addresses()} == known
    for one in addresses():
        assert one["path"] in text
        assert all(parameter["name"] in text for parameter in one["parameters"])
    for kind, (status, title) in KINDS.items():
        assert kind in text and str(status) in text and title in text and REMEDIES[kind] in text
    for limit in ("2,621,440", "26,214,400", "500 submissions", "6,000 a minute", "20 seconds", "32 levels"):
        assert limit in text, limit


def test_the_page_is_a_page_and_loads_nothing_from_elsewhere(db: None) -> None:
    response = Client().get("/api/v1/docs/")
    page = response.content.decode()
    assert "<script" not in page and "<style" not in page
    for address in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert address.startswith(("/", "#")), address
    titles = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert titles[0] == 1 and all(after <= before + 1 for before, after in pairwise(titles))
    inside = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= inside
    assert Client().head("/api/v1/docs/").status_code == 200
    assert Client().post("/api/v1/docs/").headers["Content-Type"] == "application/problem+json"
