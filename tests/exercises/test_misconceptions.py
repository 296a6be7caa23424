"""Every wrong model can be run, and can be spoken about kindly."""

from __future__ import annotations

import sim
from exercises.misconceptions import MISCONCEPTIONS


def test_every_model_that_runs_has_words() -> None:
    assert set(sim.BELIEFS) - {"cpython"} == {one.belief_id for one in MISCONCEPTIONS.values()}


def test_forty_models_and_two_whole_others_are_known() -> None:
    assert len(MISCONCEPTIONS) == 42
    assert {"article", "tracing"} <= set(MISCONCEPTIONS)


def test_every_model_is_told_in_whole_sentences() -> None:
    for one in MISCONCEPTIONS.values():
        for text in (one.rule, one.belief, one.refutation):
            assert text.endswith("."), one.id
        assert one.source, one.id


def test_a_refutation_never_scolds() -> None:
    for one in MISCONCEPTIONS.values():
        assert not {"wrong", "stupid", "mistake", "obviously"} & set(one.refutation.lower().split()), one.id
