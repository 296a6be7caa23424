"""The commands of `python -m sim`, through the front door: what they print, with which exit status, and how they refuse."""

import dataclasses
import itertools
import json
import re
from pathlib import Path

import pytest

import sim
from sim.__main__ import COMMANDS, main
from sim.facts import FACTS, differences, sentence, with_facts
from sim.telling import WORDS

PROGRAM = """import gc, sys
gc.disable()
class Node:
    def __init__(self, name):
        self.name = name

def keep(n):
    held = [n]
    return len(held)

a = Node("a")
b = Node("b")
keep(a)
a.peer = b
b.peer = a
box = [a, 1, None]
print(sys.getrefcount(a))
del a
box.clear()
del b
print(gc.collect())
c = [1]
c = 5
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    return str(file)


def events(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    assert main(["trace", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    return told.err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_teaches_what_it_does_with_an_example_and_its_statuses(command, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert command.teaching.splitlines()[0] in shown
    assert f"python -m sim {command.name}" in shown and "exit status" in shown


def test_a_missing_file_is_named_with_the_reason(tmp_path, capsys) -> None:
    for arguments in (["run"], ["trace"], ["versions"], ["compare", "--belief", "zero-waits"]):
        assert "cannot read" in refused(capsys, *arguments, str(tmp_path / "nothing.py"))
    assert "cannot read" in refused(capsys, "why", f"{tmp_path}/nothing.py:3", "a")


# --- trace ---


def test_a_trace_tells_births_names_counts_deaths_and_printed_text_in_order(program, capsys) -> None:
    told = events(capsys, program)
    assert [event["at"] for event in told] == sorted(event["at"] for event in told)
    born = next(event for event in told if event["event"] == "born" and event["kind"] == "Node")
    assert (born["line"], born["block"] > 0, born["address"][:2]) == (11, True, "0x")
    history = [event for event in told if event.get("object") == born["object"]]
    names = [(event["name"], event["scope"]) for event in history if event["event"] == "bound"]
    assert names[-1] == ("a", "global")
    counts = [event["count"] for event in history if event["event"] == "count" and event["line"] == 17]
    assert counts == [4, 3]  # getrefcount's argument comes and goes
    assert next(event["text"] for event in told if event["event"] == "printed") == "4\n"
    died = next(event for event in history if event["event"] == "died")
    assert (died["line"], died["cause"]) == (21, "collector")
    assert died["how"] == "only the cycle a -> b -> a held it; the collection on line 21 found 2 objects that nothing could reach"


def test_a_trace_tells_who_holds_what_getrefcount_counts(program, capsys) -> None:
    asked = next(event for event in events(capsys, program) if event["event"] == "getrefcount")
    assert asked["holders"] == ["the global a", "item 0 of the list box", "attribute peer of the Node b", "the argument of getrefcount"]
    assert asked["count"] == len(asked["holders"])
    lent = next(event for event in events(capsys, program, "--python", "3.14") if event["event"] == "getrefcount")
    assert lent["count"] == len(lent["holders"])


def test_a_trace_shows_the_steps_of_a_collection(program, capsys) -> None:
    told = events(capsys, program, "--counts", "none")
    start = next(index for index, event in enumerate(told) if event["event"] == "collection")
    steps = [event["event"] for event in told[start:] if event["line"] == 21]
    assert steps[:4] == ["collection", "counts compared", "unreachable", "clearing"]
    assert steps[-2:] == ["printed", "died"] or "collection ended" in steps
    compared = next(event for event in told if event["event"] == "counts compared")
    rows = {row.get("name"): row for row in compared["objects"]}
    assert (rows["a"]["count"], rows["a"]["inner"], rows["a"]["outer"]) == (1, 1, 0)
    assert rows["box"]["outer"] == rows["box"]["count"] - rows["box"]["inner"] and rows["box"]["name"] == "box"
    assert [row["name"] for row in next(event for event in told if event["event"] == "unreachable")["objects"]] == ["a", "b"]


def test_a_trace_says_where_a_block_went_and_who_got_it_next(tmp_path, capsys) -> None:
    file = tmp_path / "reuse.py"
    file.write_text("a = [1]\ndel a\nb = [2]\nc = (b, b)\ndel c\n")
    told = events(capsys, str(file))
    freed = next(event for event in told if event["event"] == "freed")
    assert freed["to"] == "free list of list"
    second = [event for event in told if event["event"] == "born" and event["kind"] == "list"][1]
    assert second["reuses"] == freed["object"]
    assert [event["to"] for event in told if event["event"] == "freed" and event["line"] == 5] in (["free list of tuple"], [])


def test_a_trace_beyond_its_budget_says_what_it_dropped_and_from_where(tmp_path, capsys) -> None:
    file = tmp_path / "long.py"
    file.write_text("for i in range(200):\n    x = [i]\nprint('end')\n")
    told = events(capsys, str(file), "--budget", "300")
    last = told[-1]
    assert last["event"] == "dropped" and last["budget"] == 300
    assert last["dropped"]["bound"]["count"] > 100 and last["dropped"]["bound"]["first line"] in (1, 2)
    assert "born" in last["not looked for any more"]
    assert [event["text"] for event in told if event["event"] == "printed"] == ["end\n"]
    assert len(told) <= 601
    full = events(capsys, str(file))
    assert not any(event["event"] == "dropped" for event in full)


def test_a_trace_can_be_told_in_words(program, capsys) -> None:
    lines = said(capsys, "trace", program, "--text").splitlines()
    start = lines.index("line 17")
    told = [line.strip() for line in lines[start : lines.index("line 18")]]
    node = re.search("the Node #[0-9]+ a", " ".join(told))
    assert node and told[1:] == [
        f"{node[0]} has count 4",
        f"getrefcount counts 4 for {node[0]}: "
        "the global a; item 0 of the list box; attribute peer of the Node b; the argument of getrefcount",
        f"{node[0]} has count 3",
        "prints '4\\n'",
    ]
    assert f"      {node[0]}: 1 - 1 from inside = 0" in lines
    assert any(line.strip().startswith("no reference from outside leads to 2 of them: the Node") for line in lines)


def test_finalizers_resurrection_and_weak_references_are_events(tmp_path, capsys) -> None:
    file = tmp_path / "zombie.py"
    file.write_text(
        "import weakref\nkept = []\nclass Z:\n    def __del__(self):\n        kept.append(self)\nclass P: pass\n"
        "z = Z()\ndel z\np = P()\nr = weakref.ref(p, lambda r: print('gone'))\ndel p\n"
    )
    told = events(capsys, str(file))
    kinds = [event["event"] for event in told]
    assert kinds.index("finalizer") < kinds.index("resurrected")
    cleared = next(event for event in told if event["event"] == "weak reference cleared")
    reference = next(event for event in told if event["event"] == "bound" and event["name"] == "r")
    assert cleared["reference"] == reference["object"] and cleared["line"] == 11
    assert kinds.index("weak reference cleared") < kinds.index("callback")


# --- why ---


def test_why_lists_the_holders_of_what_a_name_refers_to(program, capsys) -> None:
    lines = said(capsys, "why", f"{program}:17", "a").splitlines()
    assert lines[0] == "When execution leaves line 17, a refers to the Node made on line 11. Its count is 3; 3 references hold it:"
    assert [line.strip() for line in lines[1:4]] == ["1. the global a", "2. item 0 of the list box", "3. attribute peer of the Node b"]
    assert lines[4].endswith("the argument of getrefcount.")
    assert lines[5].startswith("It dies on line 21: only the cycle a -> b -> a held it")


def test_why_tells_of_the_dead_when_and_why_they_died(program, capsys) -> None:
    assert "(`del a` on line 18)" in said(capsys, "why", f"{program}:18", "a")
    rebound = said(capsys, "why", f"{program}:22", "c")
    assert "It dies on line 23: c was bound to something else, which closed its last reference (the global c)." in rebound
    assert "keep() ended, and its local held was the last reference" in said(capsys, "why", f"{program}:8", "held")
    bound_again = said(capsys, "why", f"{program}:23", "c")
    assert "c refers to 5, which is immortal" in bound_again
    assert "The list it referred to before, made on line 22, died on line 23: c was bound to something else" in bound_again


def test_why_takes_paths_and_visits(tmp_path, capsys) -> None:
    file = tmp_path / "loop.py"
    file.write_text("d = {'k': [1]}\nfor i in [[1], [2, 3]]:\n    g = i\n")
    assert "value for key 'k' of the dict d" in said(capsys, "why", f"{file}:1", "d['k']")
    assert "for the 2nd time" in said(capsys, "why", f"{file}:3", "g", "--visit", "2")
    assert "ask with --visit 1 to 2" in refused(capsys, "why", f"{file}:3", "g", "--visit", "3")


def test_why_says_what_there_is_instead_of_what_was_asked(program, capsys) -> None:
    assert "write FILE:LINE" in refused(capsys, "why", program, "a")
    assert "the program has 23 lines" in refused(capsys, "why", f"{program}:99", "a")
    assert "never executed; the nearest line that is: 5" in refused(capsys, "why", f"{program}:6", "a")
    endless = Path(program).with_name("endless.py")
    endless.write_text("while True:\n    x = [1]\n")
    assert "line 2 is entered, and the run ends before it is left" in refused(capsys, "why", f"{endless}:2", "x", "--steps", "2000")
    assert "names that are bound there: gc, sys, Node, keep, a, b, box" in refused(capsys, "why", f"{program}:17", "zz")


# --- versions ---

DIFFERENT = """import sys
def f(x):
    return sys.getrefcount(x)
print(f([]))
print("same")
print(sys.getsizeof(()))
x = 500
print(x is int("500"))
"""


def test_versions_finds_the_one_fact_that_makes_each_line_differ(tmp_path) -> None:
    found = sim.versions(DIFFERENT)
    rows = {(*pair, change.at): change for pair, changes in found.changes.items() for change in changes}
    lent = rows["3.13", "3.14", 1]
    assert (lent.before, lent.after, lent.printed_by, lent.facts) == (("2",), ("1",), 4, ("borrows_locals",))
    assert rows["3.13", "3.14", 3].facts == ("tuple_header",)
    assert rows["3.14", "3.15", 4].facts == ("small_int_max",)
    assert not [key for key in rows if key[2] == 2]


def test_versions_shows_both_lines_and_the_reason(tmp_path, capsys) -> None:
    file = tmp_path / "different.py"
    file.write_text(DIFFERENT)
    shown = said(capsys, "versions", str(file))
    assert "3.13 -> 3.14: 2 differences" in shown
    assert "output line 1, printed by line 4" in shown
    assert "why: 3.14 lends a local variable to the expression that uses it; 3.13 gives" in " ".join(shown.split())
    file.write_text("print('same')\n")
    assert said(capsys, "versions", str(file)) == f"The same under {', '.join(sim.PYTHONS)}: 1 line of output.\n"


def test_every_difference_between_neighbours_can_be_said_in_a_sentence() -> None:
    for older, newer in itertools.pairwise(sim.PROFILES.values()):
        for name in differences(older, newer):
            told = sentence(name, older, newer)
            assert told.endswith(f"[{name}]") and (newer.version in told or name == "version")
    assert set(FACTS) <= {fact.name for fact in dataclasses.fields(sim.Profile)}, "words for facts that no profile has"


def test_all_differing_facts_together_make_one_version_the_other() -> None:
    for older, newer in itertools.pairwise(sim.PROFILES.values()):
        assert with_facts(older, newer, frozenset(differences(older, newer))) == newer


# --- compare ---


def test_compare_shows_both_outputs_and_the_first_moment_at_which_they_part(program, capsys) -> None:
    shown = said(capsys, "compare", program, "--belief", "count-exact")
    assert "  ≠ 4            | 3" in shown.splitlines()
    assert "They part on line 17:" in shown
    assert "  CPython: '4\\n' is printed." in shown and "  count-exact: '3\\n' is printed." in shown


def test_compare_finds_a_parting_that_no_output_shows() -> None:
    found = sim.compare("class N: pass\na = N()\na = None\nb = 1\n", "zero-waits")
    assert found.right.output == found.wrong.output == ""
    assert found.parting is not None
    right, wrong = found.parting
    assert (right.line, right.text) == (3, "the N a dies") and "a was bound to something else" in right.detail
    assert wrong.text == "execution goes on to line 4"


def test_compare_says_when_a_program_cannot_tell_the_belief_from_cpython(program, capsys) -> None:
    assert "They never part" in said(capsys, "compare", program, "--belief", "id-for-ever")


# --- the README ---

README = (Path(sim.__file__).parent / "README.md").read_text(encoding="utf-8")
COUNT = "import sys\ndef f(x):\n    return sys.getrefcount(x)\nprint(f([]))\n"


def indented(block: str) -> list[str]:
    return [line[4:] for line in block.splitlines()]


def readme_blocks() -> list[list[str]]:
    """Indented blocks, blank lines within them included."""
    return [indented(found) for found in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", README, re.MULTILINE)]


def readme_examples() -> list[list[str]]:
    return [block for block in readme_blocks() if block[0].startswith("$ ")]


@pytest.mark.parametrize("example", readme_examples(), ids=lambda example: example[0].split()[4])
def test_the_examples_of_the_readme_are_what_the_commands_print(example, tmp_path, monkeypatch, capsys) -> None:
    ring = next(block for block in readme_blocks() if block[0] == "import gc, sys")
    (tmp_path / "ring.py").write_text("\n".join(ring) + "\n")
    (tmp_path / "count.py").write_text(COUNT)
    monkeypatch.chdir(tmp_path)
    main(example[0].split()[4:])
    printed = capsys.readouterr().out
    for part in "\n".join(example[1:]).split("…"):  # an ellipsis stands for lines left out
        assert part.strip("\n") in printed
    assert "…" in example or printed == "\n".join(example[1:]) + "\n"


def test_every_command_is_described_in_the_readme() -> None:
    described = re.findall(r"^\*\*`(\w+)`\*\*", README, re.MULTILINE)
    assert described == [command.name for command in COMMANDS]


def test_every_event_is_described_in_the_readme() -> None:
    table = README.partition("## Events of a trace")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `") and not row.startswith("| `event`")]
    assert {name for cell in cells for name in re.findall("`([^`]+)`", cell)} == set(WORDS)


# --- looking changes nothing ---

TRUTH = Path(__file__).parent / "truth"


@pytest.mark.parametrize("file", sorted(TRUTH.rglob("*.py"))[::18], ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_program_prints_the_same_whether_it_is_watched_or_not(file: Path) -> None:
    for python in ("3.12", "3.14"):
        source = file.read_bytes()
        plain = sim.run(source, python=python)
        recorded = sim.run(source, python=python, record=True)
        told: list[dict] = []
        traced = sim.trace(source, told.append, python=python)
        assert plain.output == recorded.output == traced.output == "".join(e["text"] for e in told if e["event"] == "printed")
        assert (plain.error, plain.exit_status) == (recorded.error, recorded.exit_status) == (traced.error, traced.exit_status)
