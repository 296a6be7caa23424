"""Text that students send is bounded before a parser sees it, and refused as their Python would refuse it."""

import ast

import pytest

from sim.compiler import compile_program
from sim.errors import LimitReached, SimulationEnd, SourceError, Unsupported
from sim.limits import Limits
from sim.profiles import PROFILES
from sim.source import parse

SMALL = Limits(source_bytes=400, lines=10, line_length=80, nesting=5, tree_depth=20, nodes=60)


def start(text: str | bytes, *, python: str = "3.13", limits: Limits = SMALL) -> None:
    """What happens before the first instruction: parsing and compiling."""
    profile = PROFILES[python]
    compile_program(parse(text, limits, profile), filename="alice.py", profile=profile)


def refusal(text: str | bytes, *, python: str = "3.13", limits: Limits = SMALL) -> SimulationEnd:
    with pytest.raises(SimulationEnd) as caught:
        start(text, python=python, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("x = 1\n" * 80, "source_bytes", None),
        ("é" * 250, "source_bytes", None),
        ("\n" * 11, "lines", 11),
        ("x = 1\n# " + "y" * 90, "line_length", 2),
        ("x = 1\nx = " + "[" * 6 + "]" * 6, "nesting", 2),
        ("x = " + "not " * 18 + "y", "tree_depth", 1),
        ("x = 1\n" + "+".join("1" * 30), "tree_depth", 2),
        ("x = [" + ",".join("y" * 31) + "]", "nodes", 1),
    ],
)
def test_mallory_meets_a_bound_that_is_named_with_its_line(text: str, limit: str, line: int | None) -> None:
    # Mallory sends programs meant to exhaust the parser.
    ended = refusal(text)

    assert isinstance(ended, LimitReached)
    assert (ended.limit, ended.line) == (limit, line)


def test_mallory_cannot_overflow_the_parser_of_any_host() -> None:
    # Each of these nests thousands of levels deep without one bracket too many.
    hostile = ["-" * 60_000 + "1", "x = " + "not " * 15_000 + "y", "lambda: " * 8_000 + "0", "2" + "**2" * 20_000, "(" * 60_000]
    hostile += ["x = (1" + "\n+1" * 15_000 + ")", "if x: pass\n" + "elif x: pass\n" * 4_000]
    generous = Limits(source_bytes=100_000, lines=20_000, line_length=100_000)

    for text in hostile:
        assert isinstance(refusal(text, limits=generous), LimitReached)


def test_finally_blocks_nested_in_finally_blocks_cannot_multiply_without_end() -> None:
    # Each is written once for every way out of its try, so forty of them would be two to the fortieth.
    nested = "".join(" " * depth + "try: pass\n" + " " * depth + "finally:\n" for depth in range(40)) + " " * 40 + "pass"
    ended = refusal(nested, limits=Limits())

    assert isinstance(ended, Unsupported)
    assert "nested finally blocks" in ended.what


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    start("x = '((((((((' # [[[[[[[[[\ny = '''\n((((((((\n'''\n")


def test_many_signs_in_one_list_are_no_chain() -> None:
    start("x = [\n" + "-1,\n" * 100 + "]", limits=Limits())


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x = 1\ny = \0", "source code cannot contain null bytes", 2),
        (b"x = 1\ny = '\xff'", "(unicode error) the program is not valid UTF-8", 2),
        ("x = 1\ny = '\ud800'", "(unicode error) the program is not valid UTF-8", 2),
        ("return 1", "'return' outside function", 1),
        ("x = 1\nbreak", "'break' outside loop", 2),
        ("for x in y: pass\nelse: continue", "'continue' not properly in loop", 2),
        ("def f(a, a): pass", "duplicate argument 'a' in function definition", 1),
        ("nonlocal x", "nonlocal declaration not allowed at module level", 1),
        ("def f():\n  nonlocal x", "no binding for nonlocal 'x' found", 2),
        ("def f():\n  print(x)\n  global x", "name 'x' is used prior to global declaration", 3),
        ("def f():\n  x = 1\n  global x", "name 'x' is assigned to before global declaration", 3),
        ("class C:\n  yield 1", "'yield' outside function", 2),
        ("[x := 1 for x in y]", "assignment expression cannot rebind comprehension iteration variable 'x'", 1),
        ("f(a=1, a=2)", "keyword argument repeated: a", 1),
        ("a, *b, *c = d", "multiple starred expressions in assignment", 1),
        ("match a:\n  case x: pass\n  case 1: pass", "name capture 'x' makes remaining patterns unreachable", 2),
        ("match a:\n  case x | 1: pass", "name capture 'x' makes remaining patterns unreachable", 2),
        ("def f():\n  from x import *", "import * only allowed at module level", 2),
        ("__debug__ = 1", "cannot assign to __debug__", 1),
        ("x = 1\nfrom __future__ import annotations", "from __future__ imports must occur at the beginning of the file", 2),
    ],
)
def test_bob_reads_the_message_and_line_his_own_python_gives(text: str | bytes, message: str, line: int) -> None:
    ended = refusal(text)

    assert isinstance(ended, SourceError)
    assert (ended.kind, ended.message, ended.line) == ("SyntaxError", message, line)


def test_bobs_mixed_indentation_is_an_indentation_error() -> None:
    ended = refusal("if x:\npass")

    assert isinstance(ended, SourceError)
    assert (ended.kind, ended.line) == ("IndentationError", 2)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("# coding: latin-1\nx = 1", "the source encoding latin-1"),
    ],
)
def test_what_the_simulator_does_not_do_is_refused_by_name(text: str, what: str) -> None:
    ended = refusal(text)

    assert isinstance(ended, Unsupported)
    assert (ended.what, ended.line) == (what, 1)


def test_grammar_newer_than_the_profile_is_an_error_of_that_version() -> None:
    # Carol's exercise runs as Python 3.11; the words of 3.12 and 3.14 are no words there, on whatever host.
    for text in ("type X = int", "def f[T](x): pass", "try: pass\nexcept A, B: pass", "x = f'{d['key']}'"):
        assert isinstance(refusal(text, python="3.11"), SourceError)


def test_grammar_of_the_profile_that_the_host_lacks_is_our_limit_and_says_so() -> None:
    ended = refusal("type X = int", python="3.14")

    assert isinstance(ended, Unsupported)
    assert "type aliases" in ended.what


def test_a_byte_order_mark_and_foreign_line_ends_are_read_like_cpython_reads_them() -> None:
    tree = parse("\ufeffx = 1\r\ny = 2\rz = 3\n", SMALL, PROFILES["3.13"])

    assert [node.lineno for node in tree.body] == [1, 2, 3]
    assert isinstance(tree, ast.Module)
