"""A run as pictures: one for each event, each with the heap as it was then, and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim

TRUTHS = sorted((Path(__file__).parent / "truth").glob("*/*.py"))
RING = """\
import gc
gc.disable()
class Node:
    pass
a = Node()
b = Node()
a.peer = b
b.peer = a
box = [a, b]
del a, b
box.clear()
print(gc.collect())
"""
RESCUED = """\
saved = []
class Phoenix:
    def __del__(self):
        saved.append(self)
        print("rescued")
bird = Phoenix()
del bird
"""


def words(film: sim.Film, what: str) -> list[str]:
    return [shot.words for shot in film.shots if shot.what == what]


def box(shot: sim.Shot, name: str) -> sim.Box:
    return next(one for one in shot.scene.boxes if one.name == name)


def test_each_change_of_a_count_says_from_what_to_what_and_whose_reference_it_was() -> None:
    film = sim.film("a = []\nb = [a]\ndel a\n")
    assert words(film, "count") == [
        "The count of the list a goes up from 1 to 2: an item of the list being made holds it now.",
        "The name a is unbound. The count of the list a goes down from 2 to 1: the global a holds it no more.",
    ]


def test_an_object_whose_last_name_goes_is_still_held_from_inside_its_ring() -> None:
    film = sim.film("class Node:\n    pass\na = Node()\na.me = a\ndel a\n")
    assert (
        words(film, "count")[-1] == "The name a is unbound. The count of the Node a goes down from 2 to 1: the global a holds it no more."
    )


def test_what_runs_its_finalizer_is_in_the_picture_and_not_yet_dead() -> None:
    film = sim.film("class Loud:\n    def __del__(self):\n        print('bye')\nrow = [Loud(), Loud()]\ndel row\n")
    for shot in film.shots:
        if shot.what == "finalizer":
            dying = next(one for one in shot.scene.boxes if one.number == shot.about)
            assert "dead" not in dying.states


def test_a_collection_is_told_in_its_phases_with_what_each_works_out() -> None:
    film = sim.film(RING)
    kinds = [shot.what for shot in film.shots if shot.line == 12]
    order = ["collection", "copied", "subtracted", "unreachable", "clearing", "died", "died", "collection ended", "printed"]
    assert [kind for kind in kinds if kind in order] == order
    subtracted = next(shot for shot in film.shots if shot.what == "subtracted" and shot.line == 12)
    assert {(box(subtracted, name).number, 1, 1) for name in "ab"} <= set(subtracted.sums)
    assert all("unreachable" in box(subtracted, name).states for name in "ab")


def test_what_is_being_freed_stays_in_the_picture_until_it_dies_and_then_as_dead() -> None:
    film = sim.film(RING)
    first, second = (shot for shot in film.shots if shot.what == "died" and shot.line == 12)
    assert {one.name: "dead" in one.states for one in first.scene.boxes if one.kind == "Node"} in (
        {"a": True, "b": False},
        {"a": False, "b": True},
    )
    assert all("dead" in box(second, name).states for name in "ab")


def test_an_object_that_its_finalizer_saves_is_told_of_and_lives() -> None:
    film = sim.film(RESCUED)
    assert any("finalizer of the Phoenix bird runs" in one for one in words(film, "finalizer"))
    saved = next(shot for shot in film.shots if shot.what == "resurrected")
    assert "is saved by its finalizer" in saved.words and "dead" not in box(saved, "bird").states


def test_the_last_picture_of_a_line_is_what_draw_shows_of_it() -> None:
    film = sim.film(RING)
    for line in (9, 10, 11):
        left = next(shot for shot in film.shots if shot.leaves and shot.line == line)
        drawn = sim.draw(RING, line).scene
        assert {(one.kind, one.name, one.count, one.states) for one in left.scene.boxes} == {
            (one.kind, one.name, one.count, one.states) for one in drawn.boxes
        }


def test_every_object_has_one_place_for_the_whole_run_and_none_stands_on_another() -> None:
    film = sim.film(RING)
    for layout in (film.wide, film.narrow):
        for shot in film.shots:
            spots = [layout.places[one.number] for one in shot.scene.boxes]
            assert len({(column, y) for column, y, _ in spots}) == len(spots)


def test_a_long_run_goes_on_by_line_and_then_says_how_much_is_left_out() -> None:
    film = sim.film("kept = []\nfor i in range(3000):\n    kept.append([i])\n", most_events=50)
    assert film.by_event == 50 and len(film.shots) > 200 and film.lines_left_out > 4000
    assert film.outcome.ending == "finished" and film.shots[-1].what == "end"
    assert all(shot.what in ("line", "end") for shot in film.shots[50:])


@pytest.mark.parametrize("file", TRUTHS[::45], ids=lambda file: file.stem)
def test_filming_a_run_changes_nothing(file: Path) -> None:
    source = file.read_text()
    film = sim.film(source)
    assert film.outcome.output == sim.run(source).output
    assert film.shots and all(shot.words for shot in film.shots)


def test_a_program_that_cannot_be_read_has_one_picture_that_says_why() -> None:
    (only,) = sim.film("a = (\n").shots
    assert "SyntaxError" in only.words
