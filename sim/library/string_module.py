"""The string module's constants and capwords."""

from __future__ import annotations

LOWER = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
WHITESPACE = " \t\n\r\x0b\x0c"

CONSTANTS = {
    "ascii_lowercase": LOWER, "ascii_uppercase": LOWER.upper(), "ascii_letters": LOWER + LOWER.upper(), "digits": DIGITS,
    "hexdigits": DIGITS + "abcdefABCDEF",
    "octdigits": "01234567", "punctuation": PUNCTUATION, "whitespace": WHITESPACE,
    "printable": DIGITS + LOWER + LOWER.upper() + PUNCTUATION + WHITESPACE,
}  # fmt: skip

SOURCES = {
    "string": """
def capwords(s, sep=None):
    return (sep or " ").join(map(str.capitalize, s.split(sep)))
"""
}
