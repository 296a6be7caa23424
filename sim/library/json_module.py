"""json.dumps and json.loads as guest source, in our own words. Files (dump, load) take any object with write or read."""

from __future__ import annotations

SOURCE = '''
class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        self.msg, self.doc, self.pos = msg, doc, pos
        self.lineno = doc.count("\\n", 0, pos) + 1
        self.colno = pos - doc.rfind("\\n", 0, pos)
        ValueError.__init__(self, "%s: line %d column %d (char %d)" % (msg, self.lineno, self.colno, pos))


JSONDecodeError.__module__ = "json.decoder"
_SHORT = {'"': '\\\\"', "\\\\": "\\\\\\\\", "\\n": "\\\\n", "\\r": "\\\\r", "\\t": "\\\\t", "\\b": "\\\\b", "\\f": "\\\\f"}


def _quoted(text, ensure_ascii):
    if text.isascii() and text.isprintable() and '"' not in text and "\\\\" not in text:
        return '"' + text + '"'
    made = []
    for char in text:
        code = ord(char)
        if char in _SHORT:
            made.append(_SHORT[char])
        elif code < 32 or (ensure_ascii and 126 < code < 0x10000):
            made.append("\\\\u%04x" % code)
        elif ensure_ascii and code > 0xffff:
            code -= 0x10000
            made.append("\\\\u%04x\\\\u%04x" % (0xd800 | (code >> 10), 0xdc00 | (code & 0x3ff)))
        else:
            made.append(char)
    return '"' + "".join(made) + '"'


def _number(value, allow_nan):
    if value != value:
        text = "NaN"
    elif value in (float("inf"), float("-inf")):
        text = "Infinity" if value > 0 else "-Infinity"
    else:
        return float.__repr__(value)
    if not allow_nan:
        raise ValueError("Out of range float values are not JSON compliant: " + repr(value))
    return text


class JSONEncoder:
    item_separator, key_separator = ", ", ": "

    def __init__(self, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, sort_keys=False, indent=None,
                 separators=None, default=None):
        self.skipkeys, self.ensure_ascii, self.allow_nan, self.sort_keys = skipkeys, ensure_ascii, allow_nan, sort_keys
        self.indent = " " * indent if isinstance(indent, int) else indent
        if separators is not None:
            self.item_separator, self.key_separator = separators
        elif indent is not None:
            self.item_separator = ","
        if default is not None:
            self.default = default

    def default(self, o):
        raise TypeError(f"Object of type {o.__class__.__name__} is not JSON serializable")

    def encode(self, o):
        return "".join(self._parts(o, 0, []))

    def iterencode(self, o):
        return self._parts(o, 0, [])

    def _simple(self, o):
        if o is None:
            return "null"
        if o is True:
            return "true"
        if o is False:
            return "false"
        if isinstance(o, str):
            return _quoted(o, self.ensure_ascii)
        if isinstance(o, int):
            return int.__repr__(o)
        if isinstance(o, float):
            return _number(o, self.allow_nan)
        return None

    def _key(self, key):
        if isinstance(key, str):
            return key
        if key is None or isinstance(key, (bool, int, float)):
            return self._simple(key)
        if self.skipkeys:
            return None
        raise TypeError(f"keys must be str, int, float, bool or None, not {key.__class__.__name__}")

    def _parts(self, o, depth, around):
        text = self._simple(o)
        if text is not None:
            yield text
            return
        if any(o is one for one in around):
            raise ValueError("Circular reference detected")
        around = [*around, o]
        if isinstance(o, dict):
            rows = sorted(o.items()) if self.sort_keys else o.items()
            pairs = ((self._key(key), value) for key, value in rows)
            items = ((_quoted(key, self.ensure_ascii) + self.key_separator, value) for key, value in pairs if key is not None)
            marks = "{}"
        elif isinstance(o, (list, tuple)):
            items, marks = (("", value) for value in o), "[]"
        else:
            yield from self._parts(self.default(o), depth, around)
            return
        inner = "" if self.indent is None else "\\n" + self.indent * (depth + 1)
        first = True
        for head, value in items:
            yield (marks[0] if first else self.item_separator) + inner + head
            yield from self._parts(value, depth + 1, around)
            first = False
        if first:
            yield marks
        else:
            yield ("" if self.indent is None else "\\n" + self.indent * depth) + marks[1]


def dumps(obj, *, cls=None, **kw):
    return (cls or JSONEncoder)(**kw).encode(obj)


def dump(obj, fp, **kw):
    fp.write(dumps(obj, **kw))


_LETTERS = {'"': '"', "\\\\": "\\\\", "/": "/", "b": "\\b", "f": "\\f", "n": "\\n", "r": "\\r", "t": "\\t"}
_WORDS = {"null": None, "true": True, "false": False, "NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_SPACE, _DIGITS = " \\t\\n\\r", "0123456789"


def _skipped(s, at):
    while at < len(s) and s[at] in _SPACE:
        at += 1
    return at


def _hex4(s, at):
    digits = s[at:at + 4]
    if len(digits) == 4 and all(char in "0123456789abcdefABCDEF" for char in digits):
        return int(digits, 16)
    raise JSONDecodeError("Invalid \\\\uXXXX escape", s, at - 1)


def _string(s, at):
    start, made = at - 1, []
    while True:
        if at >= len(s):
            raise JSONDecodeError("Unterminated string starting at", s, start)
        char = s[at]
        if char == '"':
            return "".join(made), at + 1
        if char < " ":
            raise JSONDecodeError("Invalid control character at", s, at)
        if char != "\\\\":
            made.append(char)
            at += 1
            continue
        letter = s[at + 1:at + 2]
        if letter == "u":
            code = _hex4(s, at + 2)
            at += 6
            if 0xd800 <= code <= 0xdbff and s[at:at + 2] == "\\\\u":
                low = _hex4(s, at + 2)
                if 0xdc00 <= low <= 0xdfff:
                    code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00))
                    at += 6
            made.append(chr(code))
        elif letter in _LETTERS and letter:
            made.append(_LETTERS[letter])
            at += 2
        elif not letter:
            raise JSONDecodeError("Unterminated string starting at", s, start)
        else:
            raise JSONDecodeError("Invalid \\\\escape: " if False else "Invalid \\\\escape", s, at)


class JSONDecoder:
    def __init__(self, *, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, strict=True, object_pairs_hook=None):
        self.object_hook, self.object_pairs_hook = object_hook, object_pairs_hook
        self.parse_float, self.parse_int = parse_float or float, parse_int or int

    def decode(self, s):
        value, at = self._value(s, _skipped(s, 0))
        at = _skipped(s, at)
        if at != len(s):
            raise JSONDecodeError("Extra data", s, at)
        return value

    def _value(self, s, at):
        char = s[at:at + 1]
        if char == '"':
            return _string(s, at + 1)
        if char == "{":
            return self._object(s, at + 1)
        if char == "[":
            return self._array(s, at + 1)
        for word, value in _WORDS.items():
            if s.startswith(word, at):
                return value, at + len(word)
        return self._numeral(s, at)

    def _numeral(self, s, at):
        end = at + (s[at:at + 1] == "-")
        if s[end:end + 1] == "0":
            end += 1
        else:
            first = end
            while s[end:end + 1] and s[end] in _DIGITS:
                end += 1
            if end == first:
                raise JSONDecodeError("Expecting value", s, at)
        whole = end
        if s[end:end + 1] == "." and s[end + 1:end + 2] and s[end + 1] in _DIGITS:
            end += 2
            while s[end:end + 1] and s[end] in _DIGITS:
                end += 1
        power = end + 1 + (s[end + 1:end + 2] in ("+", "-"))
        if s[end:end + 1] in ("e", "E") and s[power:power + 1] and s[power] in _DIGITS:
            end = power
            while s[end:end + 1] and s[end] in _DIGITS:
                end += 1
        return (self.parse_int if end == whole else self.parse_float)(s[at:end]), end

    def _array(self, s, at):
        made = []
        at = _skipped(s, at)
        if s[at:at + 1] == "]":
            return made, at + 1
        while True:
            value, at = self._value(s, at)
            made.append(value)
            at = _skipped(s, at)
            mark = s[at:at + 1]
            if mark == "]":
                return made, at + 1
            if mark != ",":
                raise JSONDecodeError("Expecting ',' delimiter", s, at)
            comma, at = at, _skipped(s, at + 1)
            if _closes_early and s[at:at + 1] == "]":
                raise JSONDecodeError("Illegal trailing comma before end of array", s, comma)

    def _object(self, s, at):
        pairs = []
        at = _skipped(s, at)
        if s[at:at + 1] == "}":
            return self._made(pairs), at + 1
        if s[at:at + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", s, at)
        while True:
            key, at = _string(s, at + 1)
            at = _skipped(s, at)
            if s[at:at + 1] != ":":
                raise JSONDecodeError("Expecting ':' delimiter", s, at)
            value, at = self._value(s, _skipped(s, at + 1))
            pairs.append((key, value))
            at = _skipped(s, at)
            mark = s[at:at + 1]
            if mark == "}":
                return self._made(pairs), at + 1
            if mark != ",":
                raise JSONDecodeError("Expecting ',' delimiter", s, at)
            comma, at = at, _skipped(s, at + 1)
            if _closes_early and s[at:at + 1] == "}":
                raise JSONDecodeError("Illegal trailing comma before end of object", s, comma)
            if s[at:at + 1] != '"':
                raise JSONDecodeError("Expecting property name enclosed in double quotes", s, at)

    def _made(self, pairs):
        if self.object_pairs_hook is not None:
            return self.object_pairs_hook(pairs)
        made = dict(pairs)
        return made if self.object_hook is None else self.object_hook(made)


def loads(s, *, cls=None, **kw):
    if isinstance(s, (bytes, bytearray)):
        s = s.decode()
    elif not isinstance(s, str):
        raise TypeError(f"the JSON object must be str, bytes or bytearray, not {s.__class__.__name__}")
    return (cls or JSONDecoder)(**kw).decode(s)


def load(fp, **kw):
    return loads(fp.read(), **kw)


import sys as _sys
_closes_early = _sys.version_info >= (3, 13)
'''
SOURCES = {"json": SOURCE}
