# ruff: noqa: E501
"""Program texts that are no programs, or odd ones: bytes at random, programs cut short, every construct nested, odd line ends and encodings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"

# Each construct with a hole for another one: expressions, then statements.
EXPRESSIONS = (
    "(§)", "[§]", "{§}", "{§: 1}", "{1: §}", "(§,)", "[*§]", "{**§}", "f(§)", "f(*§)", "f(**§)", "f(a=§)", "a[§]", "a[§:]", "a[:§]", "a[::§]",
    "a[§, 1]", "(§).b", "-§", "~§", "not §", "§ + 1", "1 + §", "§ ** 2", "2 ** §", "§ and 1", "1 or §", "§ < 1", "1 < 2 < §", "1 if § else 2",
    "§ if 1 else 2", "1 if 2 else §", "lambda: §", "lambda a=§: 1", "(a := §)", "[§ for a in b]", "[a for a in §]", "[a for a in b if §]",
    "{§ for a in b}", "{a: § for a in b}", "(§ for a in b)", "f'{§}'", "f'{1:{§}}'", "(yield §)", "(yield from §)", "(await §)", "a is §",
    "§ in a", "a @ §",
)  # fmt: skip
STATEMENTS = (
    "if 1:\n §", "if 1: pass\nelse:\n §", "while 1:\n §", "while 1: pass\nelse:\n §", "for a in b:\n §", "for a in b: pass\nelse:\n §", "try:\n §\nfinally: pass",
    "try: pass\nexcept A:\n §", "try: pass\nexcept* A:\n §", "try: pass\nfinally:\n §", "try: pass\nexcept A: pass\nelse:\n §", "with a:\n §",
    "with a as b:\n §", "def f():\n §", "async def f():\n §", "class A:\n §", "match a:\n case _:\n  §", "match a:\n case [*b] if b:\n  §",
)  # fmt: skip
PATTERNS = ("[§]", "(§,)", "{1: §}", "A(§)", "A(a=§)", "(§ | 1)", "(§ as a)", "[1, *_, §]")

ODD = {
    "nothing": b"", "one_newline": b"\n", "a_byte_order_mark": b"\xef\xbb\xbfprint(1)", "two_byte_order_marks": b"\xef\xbb\xbf\xef\xbb\xbfprint(1)",
    "utf_16": "print(1)".encode("utf-16"), "utf_32": "print(1)".encode("utf-32"), "latin_1": b"print('\xe9')", "a_null_byte": b"print(1)\0",
    "null_bytes": b"\0" * 1000, "a_null_in_a_text": b"x = 'a\0b'", "carriage_returns": b"print(1)\rprint(2)\r", "mixed_line_ends": b"a = 1\r\nb = 2\rc = 3\nprint(a, b, c)",
    "form_feeds": b"\x0cprint(1)\n\x0c\x0cprint(2)", "vertical_tabs": b"\x0bprint(1)", "line_separators": "a = 1\u2028b = 2\u2029".encode(),
    "next_line": "a = 1\x85b = 2".encode(), "a_surrogate": b"x = '\xed\xa0\x80'", "overlong": b"x = '\xc0\x80'", "cut_short": b"x = '\xf0\x9f'",
    "beyond_unicode": b"x = '\xf7\xbf\xbf\xbf'", "a_coding_line": b"# -*- coding: latin-1 -*-\nprint('\xe9')", "an_unknown_coding": b"# coding: nonsense\n",
    "utf_7": b"# coding: utf-7\n+AGE-", "rot13": b"# coding: rot13\ncevag(1)", "unicode_escape": b"# coding: unicode_escape\nprint(1)\\nprint(2)",
    "raw_unicode": b"# coding: raw_unicode_escape\n", "tabs_and_spaces": b"if 1:\n\tpass\n        pass", "a_wrong_dedent": b"if 1:\n    pass\n  pass",
    "spaces_only": b" " * 60000, "newlines_only": b"\n" * 60000, "a_very_long_line": b"x = " + b"1+" * 30000 + b"1", "a_long_comment": b"#" * 60000,
    "a_long_name": b"a" * 60000, "a_long_number": b"1" * 60000, "a_long_hex_number": b"x = 0x" + b"f" * 900, "a_long_binary": b"x = 0b" + b"1" * 900,
    "a_long_float": b"1." + b"0" * 900, "a_large_exponent": b"print(1e999999999, 1e-999999999)", "a_long_imaginary": b"1" * 900 + b"j",
    "underscores": b"1_" * 400 + b"1", "a_long_string": b"x = '" + b"a" * 60000 + b"'", "many_strings": b"x = ('a'\n" + b"'a'\n" * 2900 + b")",
    "open_string": b"'''" + b"a\n" * 1000, "backslashes": b"\\\n" * 2000 + b"print(1)", "a_last_backslash": b"print(1)\\", "open_brackets": b"(((((",
    "wrong_brackets": b"([)]", "many_semicolons": b";" * 100, "many_statements": b"a=1;" * 240, "names_from_everywhere": "ａ = 1; print(a)\nＡ = ª = 2".encode(),
    "right_to_left": "x = '\u202e' # \u202e\nprint(x)".encode(), "an_emoji": "😀 = 1".encode(), "escapes": rb"'\x' '\u12' '\N{nothing}' '\400' '\8'",
    "bytes_beyond": "b'é'".encode(), "a_soft_keyword": b"match = case = type = _ = 1\nmatch[case]\nprint(match, type)", "many_decorators": b"@f\n" * 2900 + b"def f(): pass",
    "many_globals": b"def f():\n global " + b", ".join(b"a%d" % i for i in range(100)), "many_arguments": b"def f(" + b",".join(b"a%d" % i for i in range(180)) + b"): pass",
    "many_targets": b"=".join([b"a"] * 400) + b" = 1", "many_unpacked": b",".join([b"a"] * 400) + b" = range(400)", "many_starred": b"*a, *b = 1",
    "many_cases": b"match 1:\n" + b" case 2: pass\n" * 2900, "many_handlers": b"try: 1 / 0\n" + b"except A: pass\n" * 2900, "many_withs": b"with " + b", ".join([b"a"] * 300) + b": pass",
    "many_comparisons": b"<".join([b"1"] * 450), "many_formats": b"f'" + b"{1}" * 300 + b"'", "many_functions": b"def f(): pass\n" * 2990, "many_classes": b"class A: pass\n" * 2990,
    "many_lambdas": b"lambda: 1\n" * 2990, "many_constants": b"\n".join(b"x = %d, 'a%d', 1.%d" % (i, i, i) for i in range(2900)),
    "many_lines": b"\n".join(b"x = 1" for i in range(10000)), "a_return_outside": b"return 1", "a_yield_outside": b"yield 1", "a_break_outside": b"break",
    "a_nonlocal_at_the_top": b"nonlocal a", "a_name_used_before_global": b"def f():\n a = 1\n global a", "duplicate_arguments": b"def f(a, a): pass",
    "an_await_outside": b"await a", "a_star_outside": b"*a", "an_assignment_to_none": b"None = 1", "debug": b"__debug__ = 1", "a_deleted_call": b"del f()",
    "a_future": b"from __future__ import braces", "a_late_future": b"a = 1\nfrom __future__ import annotations", "a_barry": b"from __future__ import barry_as_FLUFL\n1 <> 2",
}  # fmt: skip


def nested(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Constructs inside each other: each one in itself to a moderate and to an absurd depth, then mixtures."""
    for kind, holes in (("expression", EXPRESSIONS), ("pattern", PATTERNS)):
        for hole in holes:
            for depth in (15, 150):
                text = "1"
                for _ in range(depth):
                    text = hole.replace("§", text)
                yield f"{kind} {hole} {depth}", (f"match a:\n case {text}: pass" if kind == "pattern" else text).encode()
    for hole in STATEMENTS:
        for depth in (8, 60):
            yield f"statement {hole!r} {depth}", block(["x = 1"], [hole] * depth)
    chance = random.Random(seed)
    for number in range(count):
        text = "a"
        for _ in range(chance.randrange(2, 30)):
            text = chance.choice(EXPRESSIONS).replace("§", text)
        yield f"mixture {number}", block([f"x = {text}"], chance.choices(STATEMENTS, k=chance.randrange(6)))


def block(lines: list[str], holes: list[str]) -> bytes:
    for hole in holes:
        inner = lines
        lines = []
        for line in hole.split("\n"):
            if line.strip() == "§":
                lines += [line[: len(line) - 1] + one for one in inner]
            else:
                lines.append(line)
    return "\n".join(lines).encode()


def noise(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Bytes at random, words at random, and real programs cut short, damaged or joined."""
    chance = random.Random(seed)
    words = ["if", "else", "for", "in", "while", "def", "class", "lambda", "return", "yield", "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "==", ":=", "**", "*", "+", "-", "'a'", "1", "0x", "1e", "a", "b", "\n", "\n", "", "\t", "@", ";", "~", "f'{", "}'", "async", "await", "match", "case", "_", "not", "is", "del", "try", "except", "finally", "with", "as", "import", "from", "global"]
    texts = [path.read_bytes() for path in sorted(PROGRAMS.glob("*.py"))]
    for number in range(count):
        yield f"bytes {number}", bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
        yield f"words {number}", " ".join(chance.choices(words, k=chance.randrange(60))).encode()
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        yield f"cut {number}", text[: start % 3000]
        yield f"middle {number}", text[start : start + chance.randrange(600)]
        place = chance.randrange(min(len(text), 2000))
        yield f"damaged {number}", text[:place] + bytes([chance.randrange(256)]) + text[place + 1 :]
