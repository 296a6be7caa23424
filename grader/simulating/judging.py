"""A student's program and the author's checks of it: each is told whether it passed, and why in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sim
from exercises.formats.inputs import tidy

Check = dict[str, Any]
MOST_OUTPUT = 20_000  # characters


@dataclass(frozen=True)
class Run:
    """One run of the program, with what its checks look at."""

    source: str
    python: str
    outcome: sim.Outcome
    probes: list[sim.Probe]

    def counts(self, check: Check) -> list[Any]:
        probe = self.probes.index(probe_of(check))
        return [seen.value for seen in self.outcome.observations if seen.probe == probe]


def judged(source: str, python: str, checks: list[Check]) -> dict[str, Any]:
    probes = list(dict.fromkeys(probe_of(check) for check in checks if check["check"] == "count"))
    outcome = sim.run(source, python=python, probes=tuple(probes))
    run = Run(source, python, outcome, probes)
    whole = outcome.ending == "finished"
    results = []
    for check in checks:
        # Of a program that did not come to its end, nothing that a check asks about is certain.
        passed, sentence = JUDGES[check["check"]](run, check) if whole else (False, how_it_ended(outcome))
        results.append({"check": check["check"], "passed": passed, "sentence": sentence})
    return {
        "ending": outcome.ending,
        "line": outcome.line,
        "said": "" if whole else how_it_ended(outcome),
        "output": outcome.output[:MOST_OUTPUT],
        "checks": results,
        "passed": whole and all(one["passed"] for one in results),
    }


def how_it_ended(outcome: sim.Outcome) -> str:
    where = f" on line {outcome.line}" if outcome.line else ""
    if outcome.ending == "exception":
        return f"The program ends with {outcome.error}{where}."
    return f"The program was stopped{where}: {outcome.reason}"


def probe_of(check: Check) -> sim.Probe:
    return sim.Probe("count", check["line"], (check["name"],))


def output(run: Run, check: Check) -> tuple[bool, str]:
    given, wanted = tidy(run.outcome.output), tidy(check["equals"])
    if given == wanted:
        return True, "It prints what it should."
    lines, others = given.split("\n"), wanted.split("\n")
    alike = 0
    while alike < min(len(lines), len(others)) and lines[alike] == others[alike]:
        alike += 1
    return False, f"It prints something else, from line {alike + 1} of the output on."


def count(run: Run, check: Check) -> tuple[bool, str]:
    seen = run.counts(check)
    where = f"line {check['line']}"
    if len(seen) != 1:
        return False, f"The check asks about the moment after {where}, and the line runs {'never' if not seen else f'{len(seen)} times'}."
    if seen[0] is None:
        return False, f"After {where}, {check['name']} means nothing."
    right = seen[0] == check["equals"]
    instead = "" if right else f", and {check['equals']} are asked for"
    return right, f"After {where}, {check['name']} has {seen[0]} reference{'' if seen[0] == 1 else 's'}{instead}."


def dies(run: Run, check: Check) -> tuple[bool, str]:
    deaths = [death for death in run.outcome.deaths if death.name == check["name"]]
    if any(death.line == check["line"] and death.cause != "exit" for death in deaths):
        return True, f"{check['name']} dies on line {check['line']}."
    if not any(known.name == check["name"] for known in run.outcome.objects):
        return False, f"No object is first bound to the name {check['name']}."
    when = [f"on line {death.line}" if death.cause != "exit" else "when the program ends" for death in deaths]
    return False, f"{check['name']} does not die on line {check['line']}: it dies {', '.join(when) or 'never'}."


def nothing_unreachable(run: Run, check: Check) -> tuple[bool, str]:
    ran = sim.run(run.source, python=run.python, probes=tuple(sim.Probe("mark", line) for line in range(1, run.source.count("\n") + 2)))
    if not ran.observations:
        return True, "Nothing runs, and nothing is left."
    last = max(ran.observations, key=lambda seen: seen.at)
    scene = sim.draw(run.source, last.probe + 1, visit=last.visit, python=run.python).scene
    lost = [box.title for box in scene.boxes if "unreachable" in box.states]
    if lost:
        still = "it is" if len(lost) == 1 else "they are"
        return False, f"After its last line, nothing leads to {', '.join(lost)} any more, and {still} not freed."
    if scene.omitted:
        return False, f"The program makes too many objects to look at all of them ({scene.omitted} more). Make fewer."
    return True, "After its last line, no object is left that nothing leads to."


JUDGES: dict[str, Callable[[Run, Check], tuple[bool, str]]] = {
    "output": output,
    "count": count,
    "dies": dies,
    "nothing unreachable": nothing_unreachable,
}
