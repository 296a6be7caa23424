"""Text to bytes and back, for the encodings that CPython carries built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import Unsupported

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# Every spelling, normalised, and the codec it stands for.
SPELLINGS = {
    "utf_8": "utf-8", "utf8": "utf-8", "u8": "utf-8", "utf": "utf-8", "cp65001": "utf-8",
    "ascii": "ascii", "us_ascii": "ascii", "646": "ascii",
    "latin_1": "latin-1", "latin1": "latin-1", "iso_8859_1": "latin-1", "iso8859_1": "latin-1",
    "8859": "latin-1", "l1": "latin-1", "latin": "latin-1",
    "utf_16": "utf-16", "utf16": "utf-16", "u16": "utf-16", "utf_16_le": "utf-16-le", "utf_16le": "utf-16-le",
    "utf_16_be": "utf-16-be", "utf_16be": "utf-16-be",
    "utf_32": "utf-32", "utf32": "utf-32", "u32": "utf-32", "utf_32_le": "utf-32-le", "utf_32le": "utf-32-le",
    "utf_32_be": "utf-32-be", "utf_32be": "utf-32-be",
}  # fmt: skip
ELSEWHERE = (
    "cp",
    "iso",
    "mac",
    "koi8",
    "big5",
    "gb",
    "euc",
    "shift",
    "sjis",
    "utf_7",
    "utf_8_sig",
    "idna",
    "punycode",
    "rot",
    "hex",
    "base64",
    "unicode",
    "raw",
)
HANDLERS = ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace")


def codec(m: Machine, encoding: str) -> str:
    wanted = encoding.lower().replace("-", "_").replace(" ", "_")
    if wanted in SPELLINGS:
        return SPELLINGS[wanted]
    if wanted.startswith(ELSEWHERE):
        raise Unsupported(f"the encoding {encoding!r}", m.current_line())
    raise m.error("LookupError", f"unknown encoding: {encoding}")


def handler(m: Machine, errors: str) -> str:
    if errors == "namereplace":
        raise Unsupported("the error handler 'namereplace'", m.current_line())
    return errors


def encode(m: Machine, text: str, encoding: str = "utf-8", errors: str = "strict") -> bytes:
    name = codec(m, encoding)
    m.charge(len(text) >> 8)
    try:
        return text.encode(name, handler(m, errors))
    except UnicodeEncodeError as error:
        raise m.error("UnicodeEncodeError", str(error)) from None
    except LookupError:
        raise m.error("LookupError", f"unknown error handler name '{errors}'") from None
    except TypeError:
        raise Unsupported(f"the error handler {errors!r} here", m.current_line()) from None


def decode(m: Machine, data: bytes, encoding: str = "utf-8", errors: str = "strict") -> str:
    name = codec(m, encoding)
    m.charge(len(data) >> 8)
    try:
        return data.decode(name, handler(m, errors))
    except UnicodeDecodeError as error:
        raise m.error("UnicodeDecodeError", str(error)) from None
    except LookupError:
        raise m.error("LookupError", f"unknown error handler name '{errors}'") from None
    except TypeError:
        raise Unsupported(f"the error handler {errors!r} here", m.current_line()) from None
