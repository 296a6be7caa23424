"""The published description and what the API does agree with each other."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

from tests.api.client import Answered, Program, program
from tests.people import CANARY, School


def description() -> dict[str, Any]:
    response = Client().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    found: dict[str, Any] = json.loads(response.content)
    return found


def check(schema: dict[str, Any], path: str, method: str, answered: Answered) -> None:
    """The answer is one that the description promises, to the letter."""
    promised = schema["paths"][path][method]["responses"]
    media = (promised.get(str(answered.status)) or promised["default"])["content"]
    body = next(iter(media.values()))["schema"]
    # OpenAPI 3.0 says "nullable" where JSON Schema says a type of null.
    text = json.dumps({**body, "components": schema["components"]})
    Draft202012Validator(nulls(json.loads(text))).validate(answered.body)


def nulls(node: Any) -> Any:
    if isinstance(node, list):
        return [nulls(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: nulls(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def test_every_answer_is_as_the_description_says(school: School) -> None:
    schema = description()
    api = program(school)
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    one, many = f"placements/{school.canary.pk}/submissions/", "submissions/bulk/"
    check(schema, "/api/v1/assignments/", "get", api.get("assignments/"))
    check(schema, "/api/v1/placements/", "get", api.get("placements/"))
    check(schema, "/api/v1/placements/{id}/", "get", api.get(f"placements/{school.canary.pk}/"))
    check(schema, "/api/v1/submissions/", "get", api.get("submissions/"))
    check(schema, "/api/v1/submissions/{id}/", "get", api.get(f"submissions/{submission.pk}/"))
    check(schema, "/api/v1/placements/{id}/submissions/", "post", api.post(one, {"student": "bob", "answers": {"q1": "x"}}))
    check(schema, "/api/v1/placements/{id}/submissions/", "post", api.post(one, {"student": "bob", "answers": {"q1": 1}}))
    check(schema, "/api/v1/placements/{id}/submissions/", "post", Program().post(one, {}))
    items = [{"student": name, "placement": school.canary.pk, "answers": {"q1": "y"}} for name in ("alice", "bob", "charlie")]
    check(schema, "/api/v1/submissions/bulk/", "post", api.post(many, {"submissions": items}))


def test_the_description_covers_every_address_and_says_how_to_sign_in(school: School) -> None:
    schema = description()
    assert len(schema["paths"]) == 7
    assert schema["components"]["securitySchemes"]["courseToken"]["scheme"] == "bearer"
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["description"] and "default" in operation["responses"]
    assert CANARY not in json.dumps(schema)


def test_the_documentation_can_be_browsed_under_the_content_security_policy(school: School) -> None:
    response = Client().get("/api/v1/docs/")
    html = response.content.decode()
    assert response.status_code == 200 and "<style" not in html
    assert all("src=" in tag.split(">")[0] for tag in html.split("<script")[1:])
    assert "SwaggerUIBundle" in Client().get("/api/v1/docs/?script").content.decode()
