"""What diagnosis makes of a student's answers, on exercises that we ship and with what the wrong models really answer to them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache

import pytest
from django.core.management import call_command

import sim
from config.laptop.diagnosis_trials import carried_out, planned
from exercises.reading.exercise import SHIPPED, read_exercise, with_choices
from exercises.reading.revision import probes_of, truths_of
from grader.marking.diagnosis import (
    NONE,
    OTHER,
    Item,
    Observed,
    Weighed,
    models_of,
    models_wanted,
    next_question,
    priors,
    weigh,
)
from grader.simulating.jobs import Wanted

PYTHON = "3.13"


@cache
def asked(name: str) -> tuple[Item, ...]:
    """An exercise's questions as marking knows them: the truth and the models by their runs."""
    path = SHIPPED / f"{name}.py"
    exercise, _ = with_choices(read_exercise(path.read_text(encoding="utf-8"), str(path)))
    truth = Wanted(exercise.text, PYTHON, probes=probes_of(exercise.questions))
    right = truths_of(exercise.questions, ran(truth))
    models = models_of(exercise.questions, right, {one.digest: ran(one) for _, one in models_wanted(truth)}, truth)
    says = {
        one.id: {model.id: model.answers[one.id] for model in models if model.answers[one.id] is not None} for one in exercise.questions
    }
    return tuple(Item(name, one, right[one.id], says[one.id]) for one in exercise.questions)


def ran(wanted: Wanted) -> sim.Outcome:
    return sim.run(wanted.source, python=wanted.python, belief=sim.BELIEFS[wanted.belief], probes=wanted.probes)


def on_line(name: str, line: int, form: str) -> Item:
    return next(one for one in asked(name) if one.question.line == line and one.question.format == form)


def thinking(model: str, name: str, *, age: int = 0, confidence: int | None = None) -> list[Observed]:
    """What somebody answers who thinks so."""
    return [Observed(one, one.says.get(model, one.right), age, confidence) for one in asked(name)]


def knowing(name: str, *, age: int = 0, but: Mapping[int, object] | None = None) -> list[Observed]:
    """All right, but for what is given to the questions of these numbers."""
    return [Observed(one, (but or {}).get(number, one.right), age) for number, one in enumerate(asked(name), start=1)]


def add_to_one(found: Weighed) -> bool:
    return abs(sum(found.weights.values()) - 1) < 1e-9


def test_who_thinks_that_leaving_a_function_frees_what_it_made_is_told_this_one_idea() -> None:
    lena = weigh(thinking("scope-frees", "allocation_and_names/leaving_a_function"))
    assert lena.idea.kind == "one"
    assert lena.idea.models == ("scope-frees",)
    assert lena.explains["scope-frees"] == tuple(one.question.id for one in asked("allocation_and_names/leaving_a_function"))
    assert "scope-frees" not in lena.contradicts
    assert add_to_one(lena)


def test_two_right_answers_that_it_did_not_wait_speak_against_it_waits_for_the_collector() -> None:
    name = "reclamation/no_sweep"
    waiting = [model for model in ("zero-waits", "article", "tracing") if any(model in one.others for one in asked(name))]
    assert waiting
    third = next(one for one in asked(name)[2:] if "zero-waits" in one.others)
    number = asked(name).index(third) + 1
    mara = weigh(knowing(name, but={number: third.says["zero-waits"]}))
    assert not set(mara.idea.models) & set(waiting)
    for model in waiting:
        assert mara.weight(model) < 0.1
        assert mara.contradicts[model], "the right answers are named that its holder would not have given"
    # The same answer, with the others as somebody gives them who thinks so, is that idea.
    nils = weigh(thinking("zero-waits", name))
    assert set(nils.idea.models) & set(waiting)


def test_who_answers_rightly_since_has_moved_on() -> None:
    names = "reference_counting/del_takes_a_name", "reference_counting/weak_references"
    before = [one for name in names for one in thinking("del-destroys", name, age=2)]
    assert weigh(before).idea.models == ("del-destroys",)
    olga = weigh([*before, *knowing(names[0], age=1), *knowing(names[1])])
    assert olga.weight("del-destroys") < 0.3
    assert olga.idea.models == ()


def test_what_was_answered_earlier_counts_and_the_later_the_more() -> None:
    now = thinking("del-destroys", "reference_counting/weak_references")
    alone = weigh(now).weight("del-destroys")
    with_last = weigh([*thinking("del-destroys", "reference_counting/del_takes_a_name", age=1), *now]).weight("del-destroys")
    with_old = weigh([*thinking("del-destroys", "reference_counting/del_takes_a_name", age=9), *now]).weight("del-destroys")
    assert alone < with_old < with_last


def test_who_has_everything_right_holds_nothing_that_was_asked_about() -> None:
    found = weigh(knowing("reference_counting/del_takes_a_name"))
    assert found.weights[NONE] > 0.5
    assert found.explains == {}
    assert found.idea.models == ()
    assert found.weight("del-destroys") < priors()["del-destroys"]
    # Nothing is known of what no question asked about.
    assert "default-fresh" not in found.told


def test_one_slip_among_right_answers_looks_like_a_slip() -> None:
    name = "reference_counting/counting_names"
    first = asked(name)[0]
    pia = weigh(knowing(name, but={1: "7"}))
    assert first.find("7") is None
    assert pia.idea.kind == "slips"


def test_wrong_answers_that_no_model_gives_name_no_model() -> None:
    name = "reference_counting/counting_names"
    quirin = weigh([Observed(one, 900 if one.question.input == "number" else "900") for one in asked(name)])
    assert quirin.explains == {}
    assert quirin.idea.models == ()
    assert quirin.weights[OTHER] > priors()[OTHER]


def test_models_that_no_answer_tells_apart_are_named_together_until_the_question_that_tells_them_apart() -> None:
    rosa = thinking("count-holders", "small_objects/counts_that_stand_still")
    found = weigh(rosa)
    assert found.idea.kind == "either"
    assert found.idea.models == ("count-holders", "repeat-copies")
    assert found.idea.models in found.untold
    more = [one for name in ("allocation_and_names/copies_share_items", "reference_counting/slots_and_attributes") for one in asked(name)]
    telling = next_question(found.weights, more)
    assert telling is not None
    assert telling.place.get("count-holders", 0) != telling.place.get("repeat-copies", 0)
    after = weigh([*rosa, Observed(telling, telling.says.get("count-holders", telling.right))])
    assert after.weight("count-holders") > 3 * after.weight("repeat-copies")


def test_where_no_question_says_anything_none_is_chosen() -> None:
    sure = {"del-destroys": 1.0}
    assert next_question(sure, asked("reference_counting/del_takes_a_name")) is None
    assert next_question(priors(), []) is None


def test_who_holds_two_ideas_at_once_is_told_both() -> None:
    names = ["allocation_and_names/leaving_a_function", "cycle_collector/ring_of_three", "cycle_collector/finalisers_in_a_ring"]
    held = ("cycle-at-once", "scope-frees")
    sven = [
        Observed(one, next((one.others[model] for model in held if model in one.others), one.right))
        for name in names
        for one in asked(name)
    ]
    found = weigh(sven)
    assert found.idea.kind == "both"
    assert found.idea.models == held
    assert add_to_one(found)


def test_a_wrong_answer_given_for_certain_says_more_than_one_that_was_guessed() -> None:
    name = "reference_counting/del_takes_a_name"
    guessed, sure = (weigh(thinking("del-destroys", name, confidence=level)[:2]) for level in (1, 4))
    assert guessed.weight("del-destroys") < sure.weight("del-destroys")


def test_an_answer_close_to_what_a_model_says_speaks_for_it_more_than_one_far_away() -> None:
    item = next(one for one in asked("allocation_and_names/copies_share_items") if one.question.format == "count")
    said = item.others["count-holders"]
    near, far = (Observed(item, given) for given in (next(one for one in (said - 1, said + 1) if item.find(one) is None), 90))
    assert weigh([near]).weight("count-holders") > weigh([far]).weight("count-holders")


def test_a_question_that_was_left_out_says_nothing() -> None:
    found = weigh([Observed(one, None) for one in asked("reference_counting/del_takes_a_name")])
    assert found.told == frozenset()
    assert found.weights[NONE] == pytest.approx(priors()[NONE], rel=0.01)
    assert found.idea.models == ()


def test_what_a_class_is_thought_to_hold_is_believed_sooner_of_its_students() -> None:
    first = asked("reference_counting/del_takes_a_name")[:1]
    given = [Observed(one, one.says["del-destroys"]) for one in first if "del-destroys" in one.others] or thinking(
        "del-destroys", "reference_counting/del_takes_a_name"
    )[:2]
    class_of_forty = priors({"del-destroys": 20.0, NONE: 20.0})
    assert sum(class_of_forty.values()) == pytest.approx(1)
    assert weigh(given, class_of_forty).weight("del-destroys") > weigh(given).weight("del-destroys")


def test_a_model_s_answer_is_known_in_any_spacing() -> None:
    item = next(one for one in asked("allocation_and_names/copies_share_items") if one.question.format == "prints")
    model, said = next((model, said) for model, said in item.others.items() if ", " in said)
    assert item.find(said.replace(", ", ",")) == item.place[model]


def test_the_benchmark_finds_what_it_planted() -> None:
    out = io.StringIO()
    sizes = {"each": 1, "without": 8, "pairs": 2, "processes": 1}
    call_command("bench_diagnosis", str(SHIPPED / "reference_counting"), models=True, stdout=out, **sizes)
    last = out.getvalue().splitlines()[-1]
    assert last.startswith("MEASURED: random 16 within 2 ")
    figures = {name: float(value) for name, value in re.findall(r"(?:: |; )([a-zA-Z0-9. ]+?) ([0-9.]+)(?=;|$)", last)}
    assert figures["chosen 16 within 2"] > 80
    assert figures["random 16 within 2"] > 80
    assert figures["false alarms at most"] < 15


def test_the_same_seed_makes_the_same_students_and_finds_the_same() -> None:
    items = asked("reference_counting/storing_none") + asked("small_objects/small_numbers")
    plan = planned(items, 3, each=1, without=1, pairs=1)
    assert carried_out(items, plan, 1, most=8) == carried_out(items, plan, 1, most=8)


def test_submissions_are_shown_with_their_diagnosis_for_a_person_to_judge() -> None:
    out = io.StringIO()
    call_command("bench_diagnosis", str(SHIPPED / "pooling"), show=2, processes=1, stdout=out)
    assert out.getvalue().count("Diagnosis: ") == 2
    assert out.getvalue().count("(Planted: ") == 2
    assert "WRONG: " in out.getvalue()
