"""Pictures of the heap, read as XML: every object once, in its state, at its place, with its arrows; guest text never as markup."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import sim
from sim.__main__ import main
from sim.drawing.scene import Box

SVG = "{http://www.w3.org/2000/svg}"
CYCLE = """import gc
gc.disable()
class Node:
    def __init__(self, name):
        self.name = name
        self.peer = None

a = Node("a")
b = Node("b")
a.peer = b
b.peer = a
keep = [a, "text", None]
keep.pop(0)
del a, b
gc.collect()
"""


def objects(svg: str) -> dict[int, ElementTree.Element]:
    found = [group for group in ElementTree.fromstring(svg).iter(f"{SVG}g") if "object" in (group.get("class") or "").split()]
    numbers = [int(group.get("data-number") or 0) for group in found]
    assert len(numbers) == len(set(numbers)), "an object is drawn twice"
    return dict(zip(numbers, found, strict=True))


def place(group: ElementTree.Element) -> tuple[float, float, float, float]:
    """x, y, width, height of an object's outline."""
    outline = next(one for one in group.iter(f"{SVG}rect") if one.get("class") == "box")
    return tuple(float(outline.get(name) or 0) for name in ("x", "y", "width", "height"))  # type: ignore[return-value]


def words(group: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]


def arrows(svg: str) -> list[tuple[str, int, str]]:
    paths = ElementTree.fromstring(svg).iter(f"{SVG}path")
    return [(p.get("data-from") or "", int(p.get("data-to") or 0), p.get("class") or "") for p in paths if p.get("data-to")]


def box(drawn: sim.Drawing, kind: str) -> Box:
    return next(box for box in drawn.scene.boxes if box.kind == kind)


def test_every_object_of_the_program_is_drawn_once_with_its_count() -> None:
    drawn = sim.draw(CYCLE, 12)
    shown = objects(drawn.svg)
    assert {box.number: box.kind for box in drawn.scene.boxes} == {number: words(group)[0] for number, group in shown.items()}
    assert sorted(box.kind for box in drawn.scene.boxes) == ["Node", "Node", "list"]
    counts = {box.name: box.count for box in drawn.scene.boxes}
    assert counts == {"a": 3, "b": 2, "keep": 1}
    for one in drawn.scene.boxes:
        assert str(one.count) in words(shown[one.number])
        assert one.count == len(one.holders)


def test_every_reference_that_is_shown_has_an_arrow() -> None:
    drawn = sim.draw(CYCLE, 12)
    numbers = {box.name: box.number for box in drawn.scene.boxes}
    assert {(start, end) for start, end, _ in arrows(drawn.svg)} == {
        ("module", numbers["a"]), ("module", numbers["b"]), ("module", numbers["keep"]), (str(numbers["a"]), numbers["b"]),
        (str(numbers["b"]), numbers["a"]), (str(numbers["keep"]), numbers["a"]),
    }  # fmt: skip


def test_what_nothing_reaches_is_marked_until_it_is_freed_and_the_dead_stay_crossed_out() -> None:
    lost, freed = sim.draw_all(CYCLE, [(14, 1), (15, 1)])
    for drawn, state, word in ((lost, "unreachable", "unreachable"), (freed, "dead", "dead")):
        nodes = [box for box in drawn.scene.boxes if box.kind == "Node"]
        assert [box.states for box in nodes] == [(state,), (state,)]
        for one in nodes:
            group = objects(drawn.svg)[one.number]
            assert state in (group.get("class") or "").split()
            assert word in words(group)  # said, and not by colour alone
    assert len([line for line in objects(freed.svg)[nodes[0].number].iter(f"{SVG}line") if line.get("class") == "cross"]) == 2
    assert "died on line 15: only the cycle a -> b -> a held it" in freed.text


def test_objects_keep_their_places_in_all_pictures_of_a_program() -> None:
    together = sim.draw_all(CYCLE, [(line, 1) for line in (8, 9, 10, 12, 13, 14, 15)])
    alone = [sim.draw(CYCLE, line) for line in (8, 12, 15)]
    places: dict[int, tuple[float, float]] = {}
    for drawn in (*together, *alone):
        for number, group in objects(drawn.svg).items():
            assert places.setdefault(number, place(group)[:2]) == place(group)[:2]
    assert len(places) == 3


PROGRAMS = {
    "closures": ("def f(x=[]):\n    n = [1]\n    def g():\n        return n\n    return g\ng = f()\nh = f()\nboth = [g, h]\n", 8),
    "calls": ("class S:\n    pass\ndef f(n, s):\n    d = {'n': n}\n    if n:\n        f(n - 1, s)\n    s.d = d\nf(3, S())\n", 7),
    "loops": ("rows = [[1], [2]]\nfor row in rows:\n    row.append(row)\n", 3),
    "containers": (
        "from collections import deque\nd = deque([[1], [2]])\ns = {(1, 2), frozenset([3])}\nt = ([], {}, set())\nm = [].append\n"
        "x = {(1,): [2], 'k': d}\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n    e = error\ng = (i for i in d)\nnext(g)\n", 12,
    ),
    "shared": ("grid = [[0] * 3] * 9\nbig = 10 ** 30\ntwice = [big, big]\nx = y = 'two words'\nz = [x, y]\n", 5),
    "weak": (
        "import weakref\nclass P: pass\np = P()\nr = weakref.ref(p)\nd = weakref.WeakValueDictionary(one=p)\nq = weakref.proxy(p)\n", 6,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("python", ["3.11", "3.13", "3.15"])
def test_boxes_never_overlap_and_everything_lies_within_the_picture(name: str, python: str) -> None:
    source, line = PROGRAMS[name]
    for columns in (2, 3):
        drawn = sim.draw(source, line, python=python, columns=columns)
        root = ElementTree.fromstring(drawn.svg)
        width, height = (float(part) for part in (root.get("viewBox") or "").split()[2:])
        places = [place(group) for group in objects(drawn.svg).values()]
        assert len(places) == len(drawn.scene.boxes) > 0
        for (x, y, w, h), (other_x, other_y, other_w, other_h) in itertools.combinations(places, 2):
            assert x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
        assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in places)
        for one in drawn.scene.boxes:  # the picture's counts are the heap's
            if one.count is not None and "unreachable" not in one.states and "dead" not in one.states:
                assert one.count == len(one.holders), one


def test_weak_references_are_dashed_and_do_not_count() -> None:
    drawn = sim.draw("import weakref\nclass P: pass\np = P()\nr = weakref.ref(p)\n", 4)
    target, reference = box(drawn, "P"), box(drawn, "weakref")
    assert (str(reference.number), target.number, "reference weak") in arrows(drawn.svg)
    assert target.count == 1
    assert "refers to weakly refers to" in drawn.text or "weakly refers to" in drawn.text
    gone = sim.draw("import weakref\nclass P: pass\np = P()\nr = weakref.ref(p)\ndel p\n", 5)
    assert "(dead)" in " ".join(words(objects(gone.svg)[box(gone, "weakref").number]))


def test_immortal_untracked_and_resurrected_are_shapes_of_their_own() -> None:
    source = "kept = []\nclass Z:\n    def __del__(self): kept.append(self)\nz = Z()\ndel z\nt = (1, None)\nu = [t]\n"
    drawn = sim.draw(source, 7, python="3.14")
    saved, atoms = box(drawn, "Z"), box(drawn, "tuple")
    assert "resurrected" in saved.states and "↺ resurrected" in words(objects(drawn.svg)[saved.number])
    square = next(one for one in objects(drawn.svg)[atoms.number].iter(f"{SVG}rect") if one.get("class") == "box")
    assert "untracked" in atoms.states and square.get("rx") == "0"
    assert "1 ∞" in words(objects(drawn.svg)[atoms.number])


def test_long_containers_show_their_ends_and_say_how_much_is_left_out() -> None:
    drawn = sim.draw("class I: pass\nx = [I() for _ in range(1000)]\ny = {n: n for n in range(50)}\n", 3)
    shown = words(objects(drawn.svg)[box(drawn, "list of 1000").number])
    assert "… 993 more" in shown and "999" in shown
    assert len([one for one in drawn.scene.boxes if one.kind == "I"]) == 7
    assert "dict of 50" in {one.kind for one in drawn.scene.boxes}


HOSTILE = (
    "class \u00d1:\n    pass\n"
    "x = '</text><script>alert(1)</script>&\\x00\\ud800\"'\n"
    "y = [x, x, '\\x1b[31m']\nz = \u00d1()\nz.a = {'<b>': y}\f\n"
)


def test_text_of_a_guest_program_is_never_markup() -> None:
    drawn = sim.draw(HOSTILE, 6)
    for svg in (drawn.svg, drawn.memory.svg):
        root = ElementTree.fromstring(svg)
        assert not list(root.iter(f"{SVG}script")) and not list(root.iter("script"))
        svg.encode("utf-8")
    said = " ".join(root.itertext() if (root := ElementTree.fromstring(drawn.svg)) is not None else ())
    assert "</text><script>" in said
    drawn.text.encode("utf-8")


def test_the_same_is_told_in_words() -> None:
    drawn = sim.draw(CYCLE, 12)
    lines = drawn.text.splitlines()
    assert lines[0] == 'CPython 3.13, when line 12 is left: keep = [a, "text", None]'
    node = next(index for index, line in enumerate(lines) if line.strip().endswith("Node a: count 3"))
    assert lines[node + 1].strip() == "held by the global a; item 0 of the list keep; attribute peer of the Node b"
    root = ElementTree.fromstring(drawn.svg)
    description = root.find(f"{SVG}desc")
    assert description is not None and (description.text or "").startswith(lines[0])
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title description"


def test_a_memory_map_shows_pools_with_the_programs_objects_and_free_lists() -> None:
    drawn = sim.draw("a = [1]\nb = [2]\ndel a\n", 3)
    memory = drawn.memory
    lists = next(one for one in memory.free_lists if one.name == "list")
    assert (lists.length, lists.capacity) == (1, 80) and lists.first
    pool = next(pool for pool in memory.pools if any("list b" in name for run in pool.runs for name in run.names))
    assert sum(run.blocks for run in pool.runs) == pool.capacity
    assert pool.used == sum(run.blocks for run in pool.runs if run.state in ("used", "ours", "kept"))
    assert "list: 1 of 80; next to be used: 0x" in memory.text and "list b" in memory.text
    bars = [one for one in ElementTree.fromstring(memory.svg).iter(f"{SVG}g") if one.get("class") == "pool"]
    assert len(bars) == len(memory.busy)


# --- the command ---


def test_draw_writes_a_file_and_tells_the_same_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, picture = tmp_path / "cycle.py", tmp_path / "heap.svg"
    program.write_text(CYCLE)
    assert main(["draw", f"{program}:12", "-o", str(picture)]) == 0
    assert picture.read_text(encoding="utf-8") == sim.draw(CYCLE, 12).svg
    assert main(["draw", f"{program}:12", "--text"]) == 0
    assert capsys.readouterr().out == sim.draw(CYCLE, 12).text + "\n"
    assert main(["draw", f"{program}:12", "--text", "--memory"]) == 0
    assert "Pools of 16 KiB" in capsys.readouterr().out


def test_draw_says_what_is_wrong_with_a_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "cycle.py"
    program.write_text(CYCLE)
    for arguments, word in (
        ([f"{program}:7"], "line 7 is never executed; the nearest line that is"),
        ([f"{program}:12", "-o", str(tmp_path / "no" / "heap.svg")], "cannot write"),
        ([str(program)], "write FILE:LINE"),
        ([f"{program}:8", "--visit", "4"], "line 8 is executed once, not 4 times"),
    ):
        assert main(["draw", *arguments]) == 2
        assert word in capsys.readouterr().err


def test_a_picture_is_as_wide_as_there_is_room_and_never_wider_than_drawn() -> None:
    opening = sim.draw(CYCLE, 12).svg.partition("\n")[0]
    width = re.search(r'viewBox="0 0 (\d+) \d+"', opening)
    assert width and f"max-width:{width[1]}px" in opening and 'width="100%"' in opening


def test_what_the_library_made_is_a_word_and_what_the_program_made_is_a_box() -> None:
    source = (
        "from dataclasses import dataclass, field\nfrom enum import Enum\nclass Color(Enum):\n    RED = 1\n@dataclass\nclass P:\n"
        "    x: int\n    tags: list = field(default_factory=list)\np = P(1)\nadd = p.tags.append\n"
    )
    drawn = sim.draw(source, 10)
    assert sorted(one.kind for one in drawn.scene.boxes) == ["Color", "P", "class Color", "list", "method append"]
    assert "dataclass = function" in drawn.text and "Enum = class" in drawn.text


def test_under_a_belief_what_waits_to_be_freed_stays_in_the_picture() -> None:
    source = "class N: pass\na = N()\nb = [a]\na = b = None\nx = 1\n"
    for belief in ("zero-waits", "tracing"):
        drawn = sim.draw(source, 4, belief=belief)
        states = {one.kind: (one.count, one.states) for one in drawn.scene.boxes}
        assert states["list"] == (0, ("unreachable",)) and states["N"][1] == ("unreachable",)
    right = sim.draw(source, 4)
    assert {one.states for one in right.scene.boxes} == {("dead",)}
