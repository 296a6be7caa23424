"""The published description and what the API does agree with each other."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

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


# For every field of a body: what it may be sent as, and what is nearly that.
POOL: list[Any] = [
    None, True, False, 0, 1, 4, 5, -1, 3.0, 2.5, 2**70, "", " ", "\t\n", "1", "alice", " alice", "alice\x00", "\x00",
    "x" * 8, "x" * 9, "x" * 100, "x" * 101, "x" * 150, "x" * 151, [], [1], ["q1"], {}, {"q1": 1}, {"q1": 4}, {"q1": 5}, {"q1": 0},
    {"q1": 2.0}, {"q1": 2.5}, {"q1": "1"}, {"q1": None}, {"q1": True}, {"q9": 1}, {"q1": {"a": []}},
]  # fmt: skip


def nearly(right: dict[str, Any], fields: set[str]) -> list[Any]:
    changed = [{**right, name: value} for name in sorted(fields) for value in POOL]
    return [
        right,
        *changed,
        *({key: value for key, value in right.items() if key != name} for name in right),
        {**right, "answer": {}},
        *POOL,
    ]


def test_what_the_description_allows_is_never_invalid_and_what_it_forbids_always_is(school: School) -> None:
    """Of each body: as one submission, and as an item of a bulk. Whether a student, an exercise or an answer is there is another matter."""
    schema = description()
    api, one = program(school), f"placements/{school.canary.pk}/submissions/"
    right = {"student": "alice", "answers": {"q1": "1"}}
    allows = {
        name: Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": to_the_letter(schema["components"])}).is_valid
        for name in ("SubmissionIn", "BulkItemIn", "BulkIn")
    }

    def is_invalid(body: Any) -> bool:
        return str(body.get("type")).endswith(":invalid")

    bodies = nearly(right, set(schema["components"]["schemas"]["SubmissionIn"]["properties"]))
    for body in bodies:
        assert is_invalid(api.post(one, json.dumps(body)).body) != allows["SubmissionIn"](body), body
    item = {**right, "placement": school.canary.pk}
    items = nearly(item, set(schema["components"]["schemas"]["BulkItemIn"]["properties"]))
    answered = api.post("submissions/bulk/", {"submissions": items}).body["items"]
    assert len(answered) == len(items) > 300
    for body, found in zip(items, answered, strict=True):
        assert is_invalid(found.get("problem", {})) != allows["BulkItemIn"](body), body
    for whole in (
        {"submissions": []},
        {"submissions": [item] * 500},
        {"submissions": [item] * 501},
        {"submissions": item},
        {},
        {"x": 1},
        [],
    ):
        assert is_invalid(api.post("submissions/bulk/", json.dumps(whole)).body) != allows["BulkIn"](whole)


def test_a_parameter_or_a_key_is_refused_where_the_description_forbids_it_and_nowhere_else(school: School) -> None:
    schema, api = description(), program(school)
    listed = ("assignments/", "placements/", "submissions/")
    for path in listed:
        described = {one["name"]: one["schema"] for one in schema["paths"][f"/api/v1/{path}"]["get"]["parameters"]}
        assert {"cursor", "page_size"} <= set(described)
        for name, promised in described.items():
            for value in ("", " ", "\x00", "0", "1", "500", "501", "-1", "x", "2.5", str(2**63 - 1), str(2**63), "graded", "lost", "names"):
                read: Any = int(value) if promised["type"] == "integer" and value.removeprefix("-").isdecimal() else value
                answered = api.get(f"{path}?{urlencode({name: value})}")
                expected = {200, 404} if name == "cursor" else {200}
                assert (answered.status in expected) == Draft202012Validator(promised).is_valid(read), (path, name, value)
    (key,) = (
        one["schema"] for one in schema["paths"]["/api/v1/submissions/bulk/"]["post"]["parameters"] if one["name"] == "Idempotency-Key"
    )
    item = {"student": "nobody", "placement": school.canary.pk, "answers": {"q1": "1"}}
    for sent in ("k", '"k"', '"', '""', '"a"b"', "x" * 90, "x" * 91, '"' + "x" * 90 + '"', "a b", "~", "\x7f", ""):
        answered = api.post("submissions/bulk/", {"submissions": [item]}, Idempotency_Key=sent)
        assert (answered.status == 200) == Draft202012Validator(key).is_valid(sent), sent


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
    response = Client().get("/api/v1/docs/swagger/")
    html = response.content.decode()
    assert response.status_code == 200 and "<style" not in html
    assert all("src=" in tag.split(">")[0] for tag in html.split("<script")[1:])
    assert "SwaggerUIBundle" in Client().get("/api/v1/docs/swagger/?script").content.decode()
