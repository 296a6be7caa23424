"""What students read after a verdict says why: which statement let go, who still holds, which collection looked where."""

from __future__ import annotations

import pytest

from exercises.formats import FORMATS
from exercises.formats.reading_alike import reads_alike
from exercises.reading.exercise import SHIPPED, exercise_files, read_exercise
from exercises.reading.preview import preview

HEAD = '# /// exercise\n# title = "Reasons"\n# topic = "reference counting"\n# python = [{pythons}]\n# ///\n'


def whys(program: str, *, python: str = "3.13") -> list[str]:
    """The why of each question, for the right answer."""
    found = preview(read_exercise(HEAD.format(pythons=f'"{python}"') + program, "reasons.py"))
    assert not found.errors
    outcome, truths = found.outcomes[python], found.truths[python]
    return [" ".join(FORMATS[one.format].explain(one, truths[one.id], truths[one.id], outcome)) for one in found.exercise.questions]


def test_every_why_of_every_shipped_exercise_names_a_cause_in_every_version() -> None:
    for file in exercise_files(SHIPPED):
        found = preview(read_exercise(file.read_text(encoding="utf-8"), str(file)))
        for python, outcome in found.outcomes.items():
            for one in found.exercise.questions:
                truth = found.truths[python][one.id]
                sentences = FORMATS[one.format].explain(one, truth, truth, outcome)
                assert FORMATS[one.format].names_cause(sentences), (file.name, python, one.line, sentences)
                assert max(len(sentence) for sentence in sentences) < 500, (file.name, python, one.line)


def test_a_death_names_the_statement_that_closed_the_last_reference() -> None:
    first, second = whys("def work():\n    inner = []\n    return 1\nwork()  #? dies\nb = []\nb = None  #? dies\n")
    assert "work() ended, and its local inner was the last reference" in first
    assert "b was bound to something else, which closed its last reference (the global b)" in second


def test_what_lives_on_says_which_name_went_and_who_still_holds_it() -> None:
    (why,) = whys("a = []\nshelf = [a]\ndel a  #? dies\n")
    assert "loses the name a here, and lives on: item 0 of the list shelf holds it" in why


def test_what_only_a_cycle_holds_waits_for_the_collector_and_says_so() -> None:
    dies, collect = whys("import gc\ngc.disable()\na = []\na.append(a)\ndel a  #? dies\ngc.collect()  #? collect\n")
    assert "Nothing outside leads to it any more, which only the cycle collector can find out" in dies
    assert "only the cycle a -> a held it; the collection on line 11 found 1 object" in collect


def test_a_member_of_a_ring_that_a_name_still_leads_to_is_not_called_lost() -> None:
    (why,) = whys("a, b = [], []\na.append(b)\nb.append(a)\ndel a  #? alive\n")
    assert "item 0 of the list b holds it" in why and "Nothing outside" not in why


def test_a_collection_of_the_young_says_that_something_is_too_old_for_it() -> None:
    (why,) = whys("import gc\ngc.disable()\nold = []\nold.append(old)\ngc.collect()\ndel old\ngc.collect(0)  #? collect\n")
    assert "too old for this collection: it survived earlier ones and is in generation 2, and line 12 looks at generation 0 only" in why


def test_a_finaliser_that_stored_its_object_ran_once_and_does_not_run_again() -> None:
    program = (
        "kept = []\nclass Back:\n    def __del__(self):\n        kept.append(self)\nb = Back()\ndel b  #? alive\nkept.clear()  #? order\n"
    )
    alive, order = whys(program)
    assert "Its finaliser ran on line 11 and stored it again; a finaliser runs only once" in alive
    assert "b dies here, but its finaliser ran on line 11, and it runs only once" in order


def test_finalisers_of_items_say_that_a_list_lets_go_from_the_back() -> None:
    program = "class N:\n    def __del__(self):\n        pass\na, b = N(), N()\nrow = [a, b]\ndel a, b\ndel row  #? order\n"
    (why,) = whys(program)
    assert "b: the list that held it died (item 1). a: the list that held it died (item 0)." in why
    assert "A list lets go of its items from the back." in why


def test_what_a_finaliser_interrupted_is_told_as_the_cause_of_what_follows_it() -> None:
    program = "class N:\n    def __del__(self):\n        pass\na, b = N(), N()\nbox = {1: a, 2: b}\ndel a, b\nbox.clear()  #? order\n"
    (why,) = whys(program)
    assert "a: clear() let go of it. b: clear() let go of it." in why


@pytest.mark.parametrize(("python", "sum_"), [("3.13", "2 + 1 = 3"), ("3.15", "2 + 1 = 3")])
def test_getrefcount_is_counted_in_the_sum_where_it_holds_its_argument(python: str, sum_: str) -> None:
    (why,) = whys("import sys\na = []\nb = a\nprint(sys.getrefcount(a))  #? prints\n", python=python)
    assert f"{sum_}: the global a and the global b hold it, and getrefcount while it runs" in why


def test_getrefcount_of_a_borrowed_local_adds_nothing_from_3_14_on() -> None:
    program = "import sys\ndef f():\n    a = []\n    print(sys.getrefcount(a))  #? prints\nf()\n"
    assert "1 + 1 = 2" in whys(program, python="3.13")[0]
    assert "1: the local a of f() holds it; getrefcount only borrows its argument here" in whys(program, python="3.14")[0]


def test_a_thousand_holders_are_one_phrase() -> None:
    (why,) = whys("a = []\nrow = [a] * 1000  #? count a\n")
    assert "items 0 to 999 of the list row (1000)" in why and len(why) < 200


def test_names_of_one_object_say_since_when_and_why_equal_values_are_one() -> None:
    same, small, big = whys(
        'a = [1]\nb = a  #? same a b\nc = 7\nd = 7\nprint(c is d)  #? prints\ne = int("700")\nf = int("700")  #? same e f\n'
    )
    assert "the list made on line 6; line 6 bound a to it and line 7 bound b to it" in same
    assert "c and d are one object: a small whole number, made once for everybody" in small
    assert "e is an object of its own: 700, made on line 11" in big


def test_the_small_numbers_are_those_of_the_version() -> None:
    program = 'e = int("700")\nf = int("700")\nprint(e is f)  #? prints\n'
    assert "e and f are 2 objects of the same value" in whys(program, python="3.14")[0]
    assert "e and f are one object: a small whole number" in whys(program, python="3.15")[0]


def test_memory_that_is_used_again_says_whose_it_was() -> None:
    (again,) = whys("a = [1]\nplace = id(a)\ndel a\nb = [2]\nprint(id(b) == place)  #? prints\n")
    assert "b, made on line 9, got the place of" in again and "that a had left on line 8" in again
    (held,) = whys("a = [1]\nplace = id(a)\nc = a\ndel a\nb = [2]\nprint(id(b) == place)  #? prints\n")
    assert "b was made on line 10, while a was still in its place" in held


def test_printed_values_say_which_line_changed_them_last() -> None:
    (why,) = whys("a = [1]\nb = a\nb.append(2)\nc = [1]\nprint(a, c)  #? prints\n")
    assert "a is the list made on line 6, changed on line 8." in why


def test_a_dead_weak_reference_says_when_what_it_watched_died() -> None:
    program = "import weakref\nclass N:\n    pass\na = N()\nw = weakref.ref(a)\ndel a\nprint(w() is None)  #? prints\n"
    (why,) = whys(program)
    assert "w is a weak reference, and what it watched, a, died on line 11: `del a` closed its last reference" in why


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("[1,2,3] [1,2]", "[1, 2, 3] [1, 2]"), ('["x"]', "['x']"), ("[ -1 ]", "[-1]"), ("(1,)", "(1, )"), ("{1,2}", "{1, 2}"),
        ("1_000", "1000"), ("True  False", "True False"), ("{'a':1}", "{'a': 1}"),
    ],
)  # fmt: skip
def test_what_python_reads_as_the_same_values_is_right_however_it_is_spaced(given: str, printed: str) -> None:
    assert reads_alike(given, printed)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("1", "True"), ("1.0", "1"), ("12", "1 2"), ("3-1", "3 -1"), ("1 + 2", "3"), ("'a' 'b'", "'ab'"), ("[1, 2", "[1,2"), ("", "1"),
        ("left right", "left  right"), ("- 1", "-1"), ("٣", "3"),
        ("{2, 1}", "{1, 2}"), ('"\\n"', "'\\n'"), ("1 .5", "1.5"), ("<a >", "<a>"), ("none", "None"),
        ("[1][2]", "[1] [2]"), ("f()", "f( )"), ("[" * 900, "[ " * 900),
    ],
)  # fmt: skip
def test_other_values_and_other_words_stay_wrong(given: str, printed: str) -> None:
    assert not reads_alike(given, printed)


def test_whoever_spaces_it_otherwise_reads_how_python_writes_it() -> None:
    found = preview(read_exercise(HEAD.format(pythons='"3.13"') + "print([1, 2])  #? prints\n", "spaces.py"))
    (asked,) = found.exercise.questions
    mark = FORMATS["prints"].mark(asked, "[1,2]", "[1, 2]")
    assert mark.right and mark.fraction == 1
    (first, *_) = FORMATS["prints"].explain(asked, "[1,2]", "[1, 2]", found.outcomes["3.13"])
    assert first == "Right. Python writes it like this: [1, 2]."
