"""One run from outside: the command line, outcomes as JSON, budgets, probes, and programs on which a wrong model and CPython part."""

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
# belief, program, what CPython prints, what somebody with the belief expects
PARTINGS = [
    ("zero-waits", 'a = N("a"); a = None; p("x"); gc.collect(); p("y")', "-a x y", "x -a y"),
    ("none-frees", 'a = N("a"); b = a; a = None; p("x"); b = None; p("y")', "x -a y", "-a x y"),
    ("collector-does-it", 'a = N("a"); a = None; p("x"); p(gc.collect())', "-a x 0", "x -a 1"),
    ("embedded", 'x = N("x"); box = [x]; del box; p("p"); del x; p("q")', "p -x q", "-x p q"),
    ("scope-frees", 'def f(s):\n    o = N("o"); s.append(o)\nst = []; f(st); p("p"); st.clear(); p("q")', "p -o q", "-o p q"),
    ("del-destroys", 'a = N("a"); b = a; del a; p("p"); del b; p("q")', "p -a q", "-a p q"),
    ("count-exact", "a = []; p(sys.getrefcount(a))", "2", "1"),
    ("count-names", "a = []; c = [a, a]; p(sys.getrefcount(a))", "4", "2"),
    ("cycle-at-once", 'c = N("c"); c.me = c; del c; p("p"); gc.collect(); p("q")', "p -c q", "-c p q"),
    ("cycle-never", 'c = N("c"); c.me = c; del c; p("p"); gc.collect(); p("q")', "p -c q", "p q"),
    ("rebind-keeps", 'a = N("a"); a = N("b"); p("p"); gc.collect(); p("q")', "-a p q", "p q"),
    ("equal-is-same", "x = [1]; y = [1]; p(x == y, x is y)", "True False", "True True"),
    ("no-ints-shared", 'p(int("7") is int("7"), int("5000") is int("5000"))', "True False", "False False"),
    ("id-for-ever", "p(id([]) == id([]))", "True", "False"),
    ("items-in-order", 'xs = [N("0"), N("1"), N("2")]; del xs; p("p")', "-2 -1 -0 p", "-0 -1 -2 p"),
    ("assign-copies", "a = [1]; b = a; b.append(2); p(len(a), a is b)", "2 True", "1 False"),
]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sim", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)


def before_exit(text: str) -> str:
    """What a program printed before its last mark; objects that die at exit come after it."""
    return text.split("|")[0].strip()


@pytest.mark.parametrize(("belief", "program", "right", "wrong"), PARTINGS, ids=[row[0] for row in PARTINGS])
def test_a_wrong_model_and_cpython_part_where_they_should(belief: str, program: str, right: str, wrong: str) -> None:
    text = NOISY + program + '\nprint("|")\n'
    assert before_exit(sim.run(text, python="3.13").output) == right
    assert before_exit(sim.run(text, python="3.13", belief=belief).output) == wrong


def test_the_command_prints_what_the_program_prints_and_ends_with_its_status(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text('print("one")\n')
    bad.write_text('print("one")\nraise ValueError("two")\n')
    finished, raised = command("run", str(good), "--python", "3.14"), command("run", str(bad))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "one\n", "")
    assert (raised.returncode, raised.stdout, raised.stderr) == (1, "one\n", "ValueError: two\n")


def test_the_command_names_what_is_missing_unknown_or_refused(tmp_path: Path) -> None:
    waiting = tmp_path / "waiting.py"
    waiting.write_text("x = 1\n\nasync def f(): pass\n")
    assert "cannot read" in command("run", str(tmp_path / "nothing.py")).stderr
    assert command("run", str(waiting), "--python", "2.7").returncode == 2
    refused = command("run", str(waiting))
    assert refused.returncode == 1
    assert refused.stderr == "Unsupported: async functions (line 3)\n"


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
