"""The recipes of CONTRIBUTING.md, walked: a new kind of question and a new shape of answers need what they list and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines

import sim
from exercises.formats import FORMATS, AnswerError, Format, Question
from exercises.formats.inputs import INPUTS, Input
from grader.models import Submission
from grader.simulating.answers import ANSWERS
from grader.simulating.jobs import ASKED_FOR
from grader.web.inputs import PAGE_INPUTS
from grader.web.inputs.field import Filled, PageInput, name_of
from tests.api.client import program
from tests.people import School, edition, key_in, school

__all__ = ["school"]

PROJECT = Path(__file__).resolve().parents[1]
RECIPES = (PROJECT / "CONTRIBUTING.md").read_text().split("## Recipes")[1].split("\n## ")[0]


# 1. of a question format


class Runs(Format):
    """How often a line runs. Answer: a number."""

    name = "runs"
    input = "number"
    visited_once = False
    example = "a whole number, for example 3"

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"How often does line {line} run?"

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return (sim.Probe("mark", question.line),)

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> int:
        return sum(seen.probe == probe_offset for seen in outcome.observations)

    def explain(self, question: Question, answer: int, truth: int, outcome: sim.Outcome) -> list[str]:
        return [f"Line {question.line} runs {truth} times."]


# 1. to 3. of an input, and a format that has it


class YesOrNo(Input):
    def read(self, question: Question, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise AnswerError(question.id, "The answer is neither true nor false.", "")
        return raw

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "boolean"}


class YesOrNoInput(PageInput):
    template = "inputs/yes_or_no/field.html"
    missing = "No answer yet. Choose yes or no."

    def raw(self, question: Question, form: QueryDict) -> Any:
        return {"yes": True, "no": False}.get(form.get(name_of(question), ""))

    def filled(self, question: Question, form: QueryDict) -> Filled:
        return Filled(value=form.get(name_of(question), ""))


TEMPLATE = """<fieldset{% include "web/parts/invalid.html" %}><legend class="prompt">{{ field.prompt }}</legend>
<label><input type="radio" name="{{ field.name }}" value="yes"{% if field.filled.value == "yes" %} checked{% endif %}>Yes</label>
<label><input type="radio" name="{{ field.name }}" value="no"{% if field.filled.value == "no" %} checked{% endif %}>No</label></fieldset>
"""


class Reached(Runs):
    """Whether a line ever runs. Answer: true or false."""

    name = "reached"
    input = "yes_or_no"
    example = "true or false"

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"Is line {line} ever run?"

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> Any:
        return super().truth(question, outcome, probe_offset) > 0

    def explain(self, question: Question, answer: Any, truth: Any, outcome: sim.Outcome) -> list[str]:
        return [f"Line {question.line} {'is' if truth else 'is never'} run."]


def test_a_new_kind_of_question_is_one_file_and_one_line_in_the_table(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "runs", Runs())
    placement = school.place("Runs", "for i in range(3):\n    a = i  #? runs id=q1\nprint(a)  #? prints id=q2\n")
    path = f"/exercises/{placement.pk}/"
    browser = school.browser(school.alice)
    html = browser.get(path).content.decode()
    assert "How often does line 7 run?" in html
    sent = browser.post(path, {**edition(placement), "key": key_in(html), "answer.q1": "3", "answer.q2": "2"})
    assert sent.status_code == 302
    api = program(school)
    questions = api.get(f"placements/{placement.pk}/").body["questions"]
    assert questions[0]["answer_schema"] == {"description": Runs.example, "type": "integer", "minimum": 0, "maximum": 10**12}
    refused = api.post(f"placements/{placement.pk}/submissions/", {"student": "bob", "answers": {"q1": "often"}})
    assert refused.status == 422 and refused.body["errors"][0]["remedy"] == f"Send {Runs.example}."
    school.grade()
    assert "2 of 2 questions right" in browser.get(sent.headers["Location"]).content.decode()


def test_a_new_shape_of_answers_is_a_contract_a_folder_and_two_lines(
    school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(INPUTS, "yes_or_no", YesOrNo())
    monkeypatch.setitem(PAGE_INPUTS, "yes_or_no", YesOrNoInput())
    monkeypatch.setitem(FORMATS, "reached", Reached())
    (tmp_path / "inputs" / "yes_or_no").mkdir(parents=True)
    (tmp_path / "inputs" / "yes_or_no" / "field.html").write_text(TEMPLATE)
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, tmp_path])
    placement = school.place("Reached", "if 1 > 2:\n    a = 1  #? reached id=q1\n")
    path = f"/exercises/{placement.pk}/"
    browser = school.browser(school.alice)
    key = key_in(browser.get(path).content.decode())
    missing = browser.post(path, {**edition(placement), "key": key})
    html = missing.content.decode()
    assert missing.status_code == 422 and YesOrNoInput.missing in html and 'aria-invalid="true"' in html
    assert browser.post(path, {**edition(placement), "key": key, "answer.q1": "no"}).status_code == 302
    school.grade()
    submission = Submission.objects.get()
    assert submission.answers == {"q1": False}
    assert "1 of 1 question right" in browser.get(f"/submissions/{submission.pk}/").content.decode()


def test_every_kind_of_job_has_its_answer() -> None:
    assert set(ANSWERS) == {*ASKED_FOR, "run"}


def test_the_files_that_recipes_name_are_there() -> None:
    named = re.findall(r"`([\w/]+/[\w.]+\.(?:py|md|html|js))`", RECIPES)
    assert len(named) > 10
    for path in named:
        an_example = re.sub(r"NAME(?=\.py)", "count", path).replace("NAME", "text")
        assert (PROJECT / an_example).exists(), path
