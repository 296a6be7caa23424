"""How well a wrong model of memory is found that simulated students really have. Chance is seeded: what was printed is printed again.

The seeds by which the method was tuned (--tuning) are others than those it is judged by.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import sim
from config.laptop.diagnosis_trials import CHOSEN, COUNTS, RANDOM, Reading, carried_out, planned
from config.laptop.shown_diagnoses import shown
from config.laptop.simulated_students import DOES_NOT_KNOW, SLIP, Student, catalogue
from exercises.reading.exercise import SHIPPED
from grader.marking.diagnosis import METHOD, Item, Observed, weigh
from grader.simulating.jobs import TRUTH

JUDGED, TUNING = 2026, 7
# How many of a class are thought to be of each kind, where figures for all of them are put together.
MIXTURE = {"none": 0.5, "one": 0.36, "two": 0.08, "other": 0.06}
MOST_FALSE = 4.0
LEAST_PAIRS = 60.0
CALIBRATED = (0.7, 0.9)  # diagnoses of such a weight, and how many of them are to be right
MOST_MILLISECONDS = 3.0
EARLIER = 20  # answers of earlier submissions, where the cost of one diagnosis is measured


class Command(BaseCommand):
    help = "Plants wrong models in simulated students and says how well diagnosis finds them; fails short of its aims. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=SHIPPED, help="other exercises than those shipped: without aims")
        parser.add_argument("--python", default="3.13", choices=sim.PYTHONS)
        parser.add_argument("--each", type=int, default=8, help="students for every model where questions are chosen; more elsewhere")
        parser.add_argument("--without", type=int, default=500, help="students who hold no model, for every way of asking")
        parser.add_argument("--pairs", type=int, default=200, help="students who hold two")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--models", action="store_true", help="a table of all models")
        parser.add_argument("--show", type=int, default=0, metavar="N", help="nothing else: N submissions with their diagnosis, to be read")
        parser.add_argument("--tuning", action="store_true", help="the seeds to try changes of the method with")
        parser.add_argument("--seed", type=int, help="any other")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["path"].exists():
            raise CommandError(f"There is no file or folder {options['path']}. Give exercises, or nothing for those that are shipped.")
        seed = options["seed"] or (TUNING if options["tuning"] else JUDGED)
        items = catalogue(options["python"], options["processes"], options["path"])
        if not any(item.others for item in items):
            raise CommandError("No question here tells any wrong model apart.")
        if options["show"]:
            self.stdout.write(shown(items, options["path"], options["show"], seed))
            return
        began = time.monotonic()
        sizes = {name: options[name] for name in ("each", "without", "pairs")}
        found = carried_out(items, planned(items, seed, **sizes), options["processes"])
        self.introduce(items, options["python"], seed)
        report = Report(self.stdout.write, found)
        report.singles()
        report.pairs()
        report.topics()
        report.calibration()
        if options["models"]:
            report.models(items)
        cost, seconds = milliseconds(items), time.monotonic() - began
        self.stdout.write(f"One diagnosis of {EARLIER} earlier answers and a submission: {cost:.2f} ms CPU. {seconds:.0f} s in all.")
        self.conclude(report, cost, judged=options["path"] == SHIPPED)

    def introduce(self, items: Sequence[Item], python: str, seed: int) -> None:
        models = {model for item in items for model in item.others}
        telling = sorted(sum(model in item.others for item in items) for model in models)
        median = telling[len(telling) // 2]
        told = f"{len(models)} of {len(sim.BELIEFS) - 1} models are told from CPython, by a median of {median}"
        self.stdout.write(f"{len(items)} questions under Python {python}; {told}.")
        self.stdout.write(f"Method {METHOD}, seed {seed}; {SLIP:.0%} slips, {DOES_NOT_KNOW:.0%} left out.")

    def conclude(self, report: Report, cost: float, *, judged: bool) -> None:
        figures = report.figures(cost)
        short = [f"{name} {value:.1f} ({aim})" for name, (value, aim, met) in figures.items() if not met]
        words = "; ".join(f"{name} {value:.2f}" if value < 10 else f"{name} {value:.1f}" for name, (value, _, _) in figures.items())
        if not judged:
            self.stdout.write(f"MEASURED: {words}")
            return
        self.stdout.write(f"{'FALLS SHORT' if short else 'OK'}: {words}{'; short: ' + ', '.join(short) if short else ''}")
        self.stdout.flush()
        if short:
            sys.exit(1)


def milliseconds(items: Sequence[Item]) -> float:
    """Of the processor, for the longest exercise, its models' answers at hand as in a worker; the best of five, for others use it too."""
    exercises = list(dict.fromkeys(item.exercise for item in items))
    student = Student(("zero-waits",), 1)
    own = [[item for item in items if item.exercise == one] for one in exercises]
    submission = max(own, key=len)
    earlier = [item for item in items if item not in submission][:EARLIER]
    given = [(item, student.answer(item), number // 4) for number, item in enumerate([*submission, *earlier])]
    return min(seconds_of(given) for _ in range(5)) * 1000


def seconds_of(given: Sequence[tuple[Item, Any, int]], rounds: int = 20) -> float:
    began = time.process_time()
    for _ in range(rounds):
        weigh([Observed(item, answer, age) for item, answer, age in given])
    return (time.process_time() - began) / rounds


class Report:
    """What is printed of the readings, and the figures that aims are set for."""

    def __init__(self, say: Callable[[str], Any], found: Sequence[Reading]) -> None:
        self.say, self.found = say, found

    def some(self, kind: str, asked: str | None = None, answers: int | None = None) -> list[Reading]:
        return [one for one in self.found if one.trial.kind == kind and asked in (None, one.trial.asked) and answers in (None, one.answers)]

    def singles(self) -> None:
        self.say("")
        self.say("One model planted (of the tellable where asked at random, else of all): rank 1 / within 2; models that no answer tells")
        self.say("apart count as one (alone: each for itself). False: something is said of somebody who holds no model.")
        self.say(f"{'':22}tellable  rank1  in 2   alone      said  rightly  false   all-or-none: rank1  in 2  false")
        for asked in (RANDOM, CHOSEN):
            for count in COUNTS:
                self.say(f"  {asked:7} {count:3} answers  {self.line(asked, count)}")

    def line(self, asked: str, count: int | None) -> str:
        wanted: dict[str, Any] = {"asked": asked} | ({} if count is None else {"answers": count})
        planted, without = self.some(kind="one", **wanted), self.some(kind="none", **wanted)
        of = planted if asked == CHOSEN else [one for one in planted if one.tellable]
        said = [one for one in planted if one.said]
        figures = [
            f"  {percent(planted, lambda one: one.tellable):6.0f}",
            f"  {percent(of, lambda one: one.ranked.first):5.1f} {percent(of, lambda one: one.ranked.second):5.1f}",
            f"   {percent(of, lambda one: one.alone.first):3.0f}/{percent(of, lambda one: one.alone.second):3.0f}",
            f"   {percent(planted, lambda one: bool(one.said)):5.0f}  {percent(said, lambda one: one.says_so):7.0f}",
            f"  {percent(without, lambda one: bool(one.said)):5.1f}                ",
            f"{percent(of, lambda one: one.old.first):5.0f} {percent(of, lambda one: one.old.second):5.0f}",
            f"  {percent(without, lambda one: one.old_said):5.1f}",
        ]
        return "".join(figures)

    def pairs(self) -> None:
        self.say("")
        self.say("Two models planted, questions chosen: both stand before all others (both are said)")
        for count in COUNTS:
            some = self.some(kind="two", asked=CHOSEN, answers=count)
            both = percent(some, lambda one: one.says_so and len(one.said) == 2)
            self.say(f"  {count:3} answers  {percent(some, lambda one: one.named):3.0f} ({both:.0f})")

    def topics(self) -> None:
        self.say("")
        self.say("All questions of a topic's exercises, one exercise after the other; of the tellable")
        for topic in sorted({one.trial.asked for one in self.found} - {RANDOM, CHOSEN}):
            self.say(f"  {topic:20}  {self.line(topic, None)}")

    def calibration(self) -> None:
        self.say("")
        mixed = ", ".join(f"{share:.0%} {kind}" for kind, share in MIXTURE.items())
        self.say(f"How many of the leading models are right, by their weight (students: {mixed})")
        for low in (0.1, 0.3, 0.5, 0.7, 0.9):
            right, all_of_them, count = self.calibrated(low, low + 0.2)
            self.say(f"  {low:.1f} to {min(low + 0.2, 1):.1f}  {right / all_of_them if all_of_them else 0:.2f}  of {count}")

    def calibrated(self, low: float, high: float) -> tuple[float, float, int]:
        right = every = 0.0
        count = 0
        for kind, share in MIXTURE.items():
            for asked in (RANDOM, CHOSEN):
                some = self.some(kind=kind, asked=asked)
                chosen = [one for one in some if low <= one.weight < high]
                count += len(chosen)
                every += share * len(chosen) / max(len(some), 1)
                right += share * sum(one.leads_rightly for one in chosen) / max(len(some), 1)
        return right, every, count

    def models(self, items: Sequence[Item]) -> None:
        self.say("")
        self.say("By model: questions that tell it; random 16: tellable, rank 1, within 2; chosen 16: rank 1, within 2")
        for model in sorted({model for item in items for model in item.others}):
            own = [one for one in self.some(kind="one", answers=16) if one.trial.models == (model,)]
            at_random = [one for one in own if one.trial.asked == RANDOM]
            tellable = [one for one in at_random if one.tellable]
            chosen = [one for one in own if one.trial.asked == CHOSEN]
            figures = [
                percent(some, share)
                for some in (tellable, chosen)
                for share in (lambda one: one.ranked.first, lambda one: one.ranked.second)
            ]
            telling = sum(model in item.others for item in items)
            words = "  ".join(f"{one:4.0f}" for one in (percent(at_random, lambda one: one.tellable), *figures))
            self.say(f"  {model:24} {telling:3}  {words}")
        silent = [one for one in sim.BELIEFS if one != TRUTH and not any(one in item.others for item in items)]
        self.say(f"  told by no question: {', '.join(silent) or 'none'}")

    def figures(self, cost: float) -> dict[str, tuple[float, str, bool]]:
        """Name -> (figure, aim in words, whether it is met)."""
        random16 = [one for one in self.some(kind="one", asked=RANDOM, answers=16) if one.tellable]
        figures = {"random 16 within 2": at_least(percent(random16, lambda one: one.ranked.second), 92)}
        for count, first, second in ((12, 80, 90), (16, 90, 97)):
            some = self.some(kind="one", asked=CHOSEN, answers=count)
            figures[f"chosen {count} rank 1"] = at_least(percent(some, lambda one: one.ranked.first), first)
            figures[f"chosen {count} within 2"] = at_least(percent(some, lambda one: one.ranked.second), second)
        pairs = self.some(kind="two", asked=CHOSEN, answers=24)
        figures["pairs after 24"] = at_least(percent(pairs, lambda one: one.named), LEAST_PAIRS)
        false = max(
            percent(self.some(kind="none", asked=asked, answers=answers), lambda one: bool(one.said))
            for asked, answers in {(one.trial.asked, one.answers) for one in self.found}
        )
        figures["false alarms at most"] = (false, f"at most {MOST_FALSE:.0f}", false <= MOST_FALSE)
        right, every, _ = self.calibrated(*CALIBRATED)
        share = 100 * right / every if every else 0.0
        low, high = (100 * one for one in CALIBRATED)
        figures["right of weight 0.8"] = (share, f"{low:.0f} to {high:.0f}", low <= share <= high)
        figures["ms CPU"] = (cost, f"at most {MOST_MILLISECONDS:.0f}", cost <= MOST_MILLISECONDS)
        return figures


def at_least(value: float, aim: float) -> tuple[float, str, bool]:
    return value, f"at least {aim:.0f}", value >= aim


def percent(some: Sequence[Reading], share: Callable[[Reading], float]) -> float:
    return 100 * sum(share(one) for one in some) / len(some) if some else 0.0
