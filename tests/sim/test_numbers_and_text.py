"""Numbers, text and formatting of guest programs, judged by the Python that runs these tests; and what greedy programs cost."""

import random
import re

import pytest

import sim

NUMBERS = [
    "0",
    "1",
    "-1",
    "7",
    "-13",
    "256",
    "10**20",
    "-2**70",
    "True",
    "0.5",
    "-2.5",
    "1e22",
    "1e-7",
    "float('inf')",
    "3.0",
    "123456.789",
]
TEXTS = [
    "''",
    "'a'",
    "'Hello World'",
    "'  x y '",
    "'a,b,,c'",
    "'é日本'",
    "'aaaa'",
    "'\\ta\\tb\\n'",
    "'-45'",
    "'it\\'s'",
    "'😀k'",
    "'l1\\nl2\\r\\nl3'",
]
BYTES = ["b''", "b'abc'", "b' x y '", "b'a,b,,c'", "b'\\xff\\x00'"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "<", "==", "!=", ">=", "&", "|"]
CALLS = [
    ".upper()", ".title()", ".strip()", ".split()", ".split(',')", ".rsplit(None, 1)", ".splitlines()", ".partition('a')",
    ".replace('a', 'xy')", ".find('a')",
    ".count('')", ".center(9, '*')", ".zfill(6)", ".expandtabs(4)", ".startswith(('a', 'H'))", ".isalpha()", ".encode()", "[1:3]",
    "[::-1]", " * 3",
    ".removesuffix('a')", ".swapcase()", ".rjust(5)", ".casefold()", ".isidentifier()", ".rpartition(' ')", ".rfind('a', 1)",
]  # fmt: skip
SPECS = ["", ">12", "*^12", "+", "08", ",", ".3f", "e", "g", ".1%", "x", "#b", "c", "_", "=+9", ".2", "<5", "s", "d", " "]
PERCENTS = ["%s", "%r", "%5.1f", "%d", "%-8s|", "%+05d", "%x", "%e", "%a", "%.2s", "%%%s"]
TEMPLATES = ["{}", "{0!r:>9}", "{:{w}}", "{0[0]}", "{0.real}", "{{{0}}}", "{!s:.2}", "{a}"]


def expressions(wanted: int) -> list[str]:
    """The same mixture on every run."""
    rolls = random.Random(2024)
    values = [*NUMBERS, *TEXTS, *BYTES]
    kinds = (
        lambda: f"{rolls.choice(NUMBERS)} {rolls.choice(OPERATORS)} {rolls.choice(NUMBERS)}",
        lambda: f"{rolls.choice(values)} {rolls.choice(OPERATORS)} {rolls.choice(values)}",
        lambda: f"{rolls.choice(TEXTS)}{rolls.choice(CALLS)}",
        lambda: f"format({rolls.choice([*NUMBERS, *TEXTS])}, {rolls.choice(SPECS)!r})",
        lambda: f"{rolls.choice(PERCENTS)!r} % ({rolls.choice(values)},)",
        lambda: f"{rolls.choice(TEMPLATES)!r}.format({rolls.choice(values)}, a=1, w=7)",
        lambda: (
            f"{rolls.choice(['int', 'float', 'str', 'bool', 'repr', 'ascii', 'bytes', 'abs', 'round', 'hash'])}({rolls.choice(NUMBERS)})"
        ),
    )
    return [rolls.choice(kinds)() for _ in range(wanted)]


def judged(expression: str) -> str:
    """What the Python of these tests makes of it: the value, or only the kind of error (the words differ between versions)."""
    try:
        return repr(eval(expression))
    except Exception as error:
        return type(error).__name__


def test_maya_evaluates_two_thousand_expressions_and_gets_what_python_gets() -> None:
    refused = re.compile(r"b'[^']*' % ")  # formatting of bytes is refused by name
    wanted = [one for one in expressions(2000) if not refused.match(one)]
    for start in range(0, len(wanted), 250):
        chunk = wanted[start : start + 250]
        lines = [f"try:\n    print(repr({one}))\nexcept Exception as error:\n    print(type(error).__name__)" for one in chunk]
        outcome = sim.run("\n".join(lines), python="3.13")
        assert outcome.ending == "finished", outcome.reason
        assert list(zip(chunk, outcome.output.splitlines(), strict=True)) == [(one, judged(one)) for one in chunk]


@pytest.mark.parametrize(
    "greedy",
    [
        "'a' * 10**12", "10**10**10", "'%1000000000d' % 5", "'a'.zfill(10**9)", "'a'.center(10**9)", "'a'.replace('', 'b' * 1000000)",
        "1 << 10**9", "format(1.5, '.1000000000f')", "'{:1000000000}'.format(1)", "bytes(10**10)", "'\\t'.expandtabs(10**9)",
        "pow(3**10000, 3**10000, 7**9000)", "('ab' * 500000).split('a')", "''.join(['a' * 1000000] * 100)",
        "int.from_bytes(b'a' * 1000000, 'big')",
    ],
)  # fmt: skip
def test_omar_asks_for_more_than_the_machine_has_and_is_stopped_not_served(greedy: str) -> None:
    outcome = sim.run(f"print('before')\nprint(len(str({greedy})))", python="3.13")
    assert outcome.ending == "limit"
    assert outcome.output == "before\n"
    assert outcome.line == 2


def test_what_lena_prints_while_being_printed_comes_in_the_order_of_the_arguments() -> None:
    program = """
class Loud:
    def __str__(self):
        print("(asked)", end=" ")
        return "Loud"
print("first", Loud(), "last", sep=", ")
class Wrong:
    def __str__(self):
        raise ValueError("no text")
try:
    print("first", Wrong())
except ValueError as error:
    print("|", error)
"""
    outcome = sim.run(program, python="3.14")
    assert outcome.output == "first, (asked) Loud, last\nfirst | no text\n"


def test_a_list_that_contains_itself_is_shown_once() -> None:
    outcome = sim.run("a = [1]\na.append(a)\nd = {'a': a}\nd['d'] = d\nprint(a, d, (a,))", python="3.12")
    assert outcome.output == "[1, [...]] {'a': [1, [...]], 'd': {...}} ([1, [...]],)\n"
