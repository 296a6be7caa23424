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
    """The answer is one that the description promises, to the letter: every name it must have, and none that is not described."""
    promised = schema["paths"][path][method]["responses"]
    media = (promised.get(str(answered.status)) or promised["default"])["content"]
    assert list(media) == [answered.headers["Content-Type"].partition(";")[0]]
    body = next(iter(media.values()))["schema"]
    # OpenAPI 3.0 says "nullable" where JSON Schema says a type of null.
    text = json.dumps({**body, "components": schema["components"]})
    Draft202012Validator(to_the_letter(json.loads(text)), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answered.body)


def to_the_letter(node: Any) -> Any:
    if isinstance(node, list):
        return [to_the_letter(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: to_the_letter(value) for key, value in node.items() if key != "nullable"}
    if "properties" in plain and plain.get("type") == "object":
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def test_every_answer_is_as_the_description_says(school: School) -> None:
    """Of every address: what goes well, and each kind of thing that goes wrong."""
    schema = description()
    api, reader = program(school), program(school, "read")
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    place, one, many = f"placements/{school.canary.pk}/", f"placements/{school.canary.pk}/submissions/", "submissions/bulk/"
    reads = {
        "": ("", 200),
        "token/": ("token/", 200),
        "assignments/": ("assignments/", 200),
        "placements/": ("placements/?page_size=1", 200),
        "placements/{id}/": (place, 200),
        "submissions/": ("submissions/?state=graded", 200),
        "submissions/{id}/": (f"submissions/{submission.pk}/", 200),
    }
    seen = set()
    for path, (asked, status) in reads.items():
        seen.add(f"/api/v1/{path}")
        for caller, expected in ((api, status), (Program(), 401), (Program("heaplab_wrong"), 401)):
            answered = caller.get(asked)
            assert answered.status == expected
            check(schema, f"/api/v1/{path}", "get", answered)
        check(schema, f"/api/v1/{path}", "get", api.get(f"{asked.partition('?')[0]}?nonsense=1"))
    check(schema, "/api/v1/submissions/{id}/", "get", reader.get(f"submissions/{submission.pk}/"))
    check(schema, "/api/v1/placements/{id}/", "get", api.get("placements/999999/"))
    school.close()
    check(schema, "/api/v1/submissions/{id}/", "get", api.get(f"submissions/{submission.pk}/"))
    check(schema, "/api/v1/placements/{id}/submissions/", "post", api.post(one, {"student": "bob", "answers": {"q1": "x"}}))
    school.assignment.due_at = None
    school.assignment.save()
    right = {"student": "bob", "answers": {"q1": "x"}}
    bodies: list[tuple[Any, int]] = [
        (right, 202),
        (right, 202),
        ({**right, "answers": {"q1": 1}}, 422),
        ({**right, "student": "charlie"}, 422),
        ({**right, "revision": 9}, 409),
        ({}, 422),
        ("{", 400),
        ("[" * 5000, 400),
        ('"' + "x" * 3_000_000 + '"', 413),
    ]
    for body, status in bodies:
        answered = api.post(one, body)
        assert answered.status == status
        check(schema, "/api/v1/placements/{id}/submissions/", "post", answered)
    check(schema, "/api/v1/placements/{id}/submissions/", "post", reader.post(one, right))
    items = [{"student": name, "placement": school.canary.pk, "answers": {"q1": "y"}} for name in ("alice", "bob", "charlie")]
    for body in ({"submissions": [*items, "text", {}]}, {"submissions": []}, {}, "{"):
        check(schema, "/api/v1/submissions/bulk/", "post", api.post(many, body))
    assert seen | {"/api/v1/placements/{id}/submissions/", "/api/v1/submissions/bulk/"} == set(schema["paths"])


def test_the_description_covers_every_address_and_says_how_to_sign_in(school: School) -> None:
    schema = description()
    assert len(schema["paths"]) == 9
    assert schema["components"]["securitySchemes"]["courseToken"]["scheme"] == "bearer"
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["description"] and "default" in operation["responses"]
    # What a body may weigh is said, not found out.
    assert "26,214,400 bytes" in schema["paths"]["/api/v1/submissions/bulk/"]["post"]["description"]
    assert "2,621,440 bytes" in schema["paths"]["/api/v1/placements/{id}/submissions/"]["post"]["description"]
    assert CANARY not in json.dumps(schema)


def test_the_documentation_can_be_browsed_under_the_content_security_policy(school: School) -> None:
    response = Client().get("/api/v1/docs/")
    html = response.content.decode()
    assert response.status_code == 200 and "<style" not in html
    assert all("src=" in tag.split(">")[0] for tag in html.split("<script")[1:])
    assert "SwaggerUIBundle" in Client().get("/api/v1/docs/?script").content.decode()
