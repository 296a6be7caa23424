"""What `manage.py bench_grading` ends with, which takes minutes itself: one line, and a status that says whether its aims are met."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest

from config.management.commands.bench_grading import Command, Measured

ROWS, VIEW = {"driver": 400.0, "PostgreSQL": 600.0}, {"web": 400.0}
SINGLE = Measured("real", 1000, 300, 290, {"PostgreSQL": 900, "web": 1900, "worker": 400}, 0.02, {})
BULK = Measured("real", 5000, 2000, 900, {"PostgreSQL": 500, "web": 350, "worker": 150}, 0.02, {})


def concluded(single: Measured, bulk: Measured, p50: float = 30.0) -> str:
    said = StringIO()
    try:
        Command(stdout=said).conclude(p50, {"single": (single, 0.95), "bulk": (bulk, 0.95)}, ROWS, VIEW)
    except SystemExit as status:
        assert status.code == 1 and said.getvalue().splitlines()[-1].startswith("FALLS SHORT"), said.getvalue()
    else:
        assert said.getvalue().splitlines()[-1].startswith("OK"), said.getvalue()
    return said.getvalue()


def test_who_meets_all_aims_is_told_the_figures() -> None:
    said = concluded(SINGLE, BULK)
    assert "OK: idle verdict p50 30 ms; single 3.20 ms CPU (aim 5.0), 2.29 of the floors (aim 3.7)" in said
    assert "bulk 1.00 ms CPU (aim 1.4), 1.00 of the floors (aim 1.4)" in said


def test_who_costs_more_than_the_aim_falls_short() -> None:
    assert "single costs more than 3.7 times the floors" in concluded(replace(SINGLE, processors={"web": 5300.0}), BULK)
    assert "bulk costs more than 1.4 times the floors" in concluded(SINGLE, replace(BULK, processors={"worker": 1500.0}))


@pytest.mark.parametrize(("rate", "p50", "word"), [(200.0, 30.0, "fewer than 250 singles"), (290.0, 40.0, "p50 is above 35 ms")])
def test_rate_and_latency_are_judged_on_a_machine_at_rest_and_only_told_on_a_busy_one(rate: float, p50: float, word: str) -> None:
    slow = replace(SINGLE, graded=rate)
    assert "FALLS SHORT" in (said := concluded(slow, BULK, p50)) and word in said
    busy = concluded(replace(slow, others=0.6), BULK, p50)
    assert "OK" in busy and word not in busy and "others took 60% of the machine, so its rate and p50 are not judged" in busy
