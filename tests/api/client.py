"""A program that uses the API, as one of a university's own systems would: over HTTP, with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.people import School


@dataclass
class Answered:
    status: int
    headers: Any
    body: Any


@dataclass
class Program:
    token: str = ""

    def get(self, path: str, **headers: str) -> Answered:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: Any, **headers: str) -> Answered:
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answered:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        address = path if path.startswith("/") else f"/api/v1/{path}"
        response = Client(raise_request_exception=False).generic(method, address, data, content_type="application/json", headers=sent)
        text = response.content.decode()
        return Answered(
            response.status_code, response.headers, json.loads(text) if "json" in response.headers.get("Content-Type", "") else text
        )


def program(school: School, *scopes: str) -> Program:
    return Program(school.token(*scopes))
