"""One run from outside: the command line, outcomes as JSON, budgets, probes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sim

PROJECT = Path(__file__).resolve().parents[2]
NOISY = """
import gc, sys, weakref
gc.collect(); gc.disable()
class N:
    def __init__(self, n): self.n = n
    def __del__(self): print("-" + self.n, end=" ")
def p(*x): print(*x, end=" ")
"""


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sim", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_the_command_prints_what_the_program_prints_and_ends_with_its_status(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text('print("one")\n')
    bad.write_text('print("one")\nraise ValueError("two")\n')
    finished, raised = command("run", str(good), "--python", "3.14"), command("run", str(bad))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "one\n", "")
    assert (raised.returncode, raised.stdout, raised.stderr) == (1, "one\n", "ValueError: two\n")


def test_the_command_names_what_is_missing_unknown_or_refused(tmp_path: Path) -> None:
    waiting = tmp_path / "waiting.py"
    waiting.write_text("x = 1\n\nimport threading\n")
    assert "cannot read" in command("run", str(tmp_path / "nothing.py")).stderr
    assert command("run", str(waiting), "--python", "2.7").returncode == 2
    refused = command("run", str(waiting))
    assert refused.returncode == 1
    assert refused.stderr == "Unsupported: module threading (line 3)\n"


def test_an_outcome_survives_json_and_is_the_same_every_time() -> None:
    text = NOISY + 'a = N("a"); b = [a]; b.append(b); del a, b; gc.collect()\n'
    probes = (sim.Probe("count", 8, ("a",)), sim.Probe("mark", 8))
    first, second = (sim.run(text, python="3.12", record=True, probes=probes) for _ in range(2))
    told = json.dumps(first.to_json(), sort_keys=True)
    assert told == json.dumps(second.to_json(), sort_keys=True)
    assert sim.Outcome.from_json(json.loads(told)) == first
    assert {death.name for death in first.deaths} >= {"a", "b"}


def test_probes_answer_when_a_line_is_left() -> None:
    text = "a = []\nb = a\nc = [a]\ndel b\n"
    counts = (sim.Probe("count", line, ("a",)) for line in (1, 2, 3, 4))
    probes = (*counts, sim.Probe("same", 2, ("a", "b")), sim.Probe("holders", 3, ("a",)))
    outcome = sim.run(text, probes=probes)
    values = {observation.probe: observation.value for observation in outcome.observations}
    assert [values[index] for index in range(4)] == [1, 2, 3, 2]
    assert values[4] == [["a", "b"]]
    assert [row["text"] for row in values[5]] == ["the global a", "the global b", "item 0 of the list c"]


@pytest.mark.parametrize(
    ("program", "limits", "word"),
    [
        ("while True: pass", sim.Limits(steps=5_000), "instructions"),
        ("x = []\nwhile True: x.append([])", sim.Limits(heap_bytes=4 * 1024 * 1024), "bytes of live objects"),
        ("x = 'a' * 10**12", sim.Limits(), "characters"),
        ("x = 10 ** 10 ** 10", sim.Limits(), "digits"),
        ("x = list(range(10**9))", sim.Limits(), ""),
        ("while True: print('x' * 1000)", sim.Limits(output_bytes=10_000), "bytes of output"),
    ],
)
def test_a_budget_ends_a_run_with_the_prefix_and_the_reason(program: str, limits: sim.Limits, word: str) -> None:
    outcome = sim.run('print("before")\n' + program + '\nprint("after")\n', limits=limits)
    assert outcome.ending == "limit"
    assert outcome.output.startswith("before\n")
    assert "after" not in outcome.output
    assert outcome.reason is not None and word in outcome.reason


def test_too_deep_calls_are_the_guests_own_error() -> None:
    outcome = sim.run("def f(): return f()\ntry:\n    f()\nexcept RecursionError as error:\n    print(error)\n")
    assert outcome.output == "maximum recursion depth exceeded\n"
    assert outcome.ending == "finished"
