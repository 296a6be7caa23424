"""Working with text: counting, parsing, tables, templates, a tiny JSON printer, word wrap."""
from collections import Counter, OrderedDict, namedtuple
import string

TEXT = """It was the best of times, it was the worst of times,
it was the age of wisdom, it was the age of foolishness..."""

words = [w.strip(string.punctuation).lower() for w in TEXT.split()]
counter = Counter(words)
print(counter.most_common(4), counter["the"], counter["none"], len(counter), sum(counter.values()))
print(sorted(counter, key=lambda w: (-counter[w], w))[:5])
print(Counter("abracadabra") - Counter("bar"), Counter(a=1) + Counter(a=2, b=0))


def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) + bool(line) > width:
            lines.append(line)
            line = word
        else:
            line += (" " if line else "") + word
    return lines + [line]


for line in wrap(TEXT, 30):
    print(f"|{line:<30}|")


def table(rows, headers):
    widths = [max(len(str(r[i])) for r in [headers, *rows]) for i in range(len(headers))]
    bar = "+".join("-" * (w + 2) for w in widths).join("++")
    out = [bar, "|".join(f" {h:^{w}} " for h, w in zip(headers, widths)).join("||"), bar]
    for r in rows:
        out.append("|".join(f" {c:>{w}} " if isinstance(c, (int, float)) else f" {c:<{w}} " for c, w in zip(r, widths)).join("||"))
    return "\n".join(out + [bar])


print(table([("Ann", 30, 1.5), ("Bob the builder", 4, 22.25)], ("name", "age", "score")))


def to_json(v, indent=0):
    pad = "  " * indent
    if v is None or v is True or v is False:
        return {None: "null", True: "true", False: "false"}[v]
    if isinstance(v, (int, float)):
        return repr(v)
    if isinstance(v, str):
        return '"' + v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(to_json(x) for x in v) + "]"
    if isinstance(v, dict):
        inner = ",\n".join(f'{pad}  {to_json(str(k))}: {to_json(x, indent + 1)}' for k, x in v.items())
        return "{\n" + inner + f"\n{pad}" + "}" if v else "{}"
    raise TypeError(f"cannot encode {type(v).__name__}")


print(to_json({"name": 'A "B"', "list": [1, 2.5, None, True], "nested": {"k": "line\n"}, "empty": {}}))
try:
    to_json({1, 2})
except TypeError as e:
    print(e)


def parse_ini(text):
    section, result = None, {}
    for n, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        match line[:1], line[-1:]:
            case "", "":
                continue
            case "[", "]":
                section = result.setdefault(line[1:-1], {})
            case _ if "=" in line and section is not None:
                key, _, value = line.partition("=")
                section[key.strip()] = value.strip()
            case _:
                raise SyntaxError(f"line {n}: {line!r}")
    return result


print(parse_ini("[a]\nx = 1 # one\ny=2\n\n[b]\nz = a=b"))
try:
    parse_ini("[a]\nnonsense")
except SyntaxError as e:
    print(type(e).__name__, e, e.msg)
print("{:>8} {:<8} {:^8} {:08.3f} {:+d} {:x} {:,}".format("r", "l", "c", 3.14159, 5, 255, 1234567))
print("{0[1]} {1.real} {2!r:>6} {name:{width}}|".format([1, 2], 3 + 0j, "q", name="n", width=4))
Row = namedtuple("Row", ["id", "value"], defaults=[0])
print(Row(1), Row(1, 2)._asdict(), Row._make([3, 4]), Row(5) == (5, 0), Row.__name__, [*Row(7, 8)], Row(1).id + 1)
try:
    Row()
except TypeError as e:
    print(str(e).replace("__new__", "new"))
try:
    Row(1).id = 3
except AttributeError:
    print("named tuples stay as they are")
od = OrderedDict([("x", 1), ("y", 2)])
od["z"] = 3
od.move_to_end("x")
print(list(od.items()), od.popitem(last=False), od == {"x": 1, "z": 3}, od == OrderedDict([("z", 3), ("x", 1)]))
print("".join(chr((ord(c) - 97 + 13) % 26 + 97) if c.isalpha() else c for c in "uryyb jbeyq"), "abc".translate({97: "x", 98: None}))
print("a-b_c d".replace("-", " ").replace("_", " ").split(), "CamelCaseWord", "".join("_" + c.lower() if c.isupper() else c for c in "CamelCaseWord").lstrip("_"))
print("=" * 10, "-=" * 5, "abc".ljust(6, "."), "%(n)s is %(v)5.1f%%" % {"n": "x", "v": 12.345}, "tab\tsep".expandtabs(8), repr("q\t\x07\xe9\u20ac"))
vowels = sum(map(TEXT.lower().count, "aeiou"))
print(vowels, TEXT.count("\n"), TEXT.splitlines()[1][:10], TEXT.find("worst"), TEXT[::-20], min(words, key=len), max(words, key=len))
print(f"{'é':>4}|{'日本':<4}|", len("日本"), "日本".encode(), "ÀÉ".lower(), "straße".upper(), "ﬁ".upper(), "İ".lower() == "i̇", "ǆ".title())
palindromes = [w for w in "level noon cat Anna radar".split() if w.lower() == w.lower()[::-1]]
print(palindromes, sorted("banana"), "".join(dict.fromkeys("banana")), {c: "banana".count(c) for c in "banana"})
print(bytes("héllo", "utf-8"), list(map(hex, b"AZ")), int("ff", 16), f"{10:b} {10:o} {10:X} {10:#x} {255:08b} {1e10:.3e} {0.00001234:g} {123456789:g} {1/3:.10f} {-5:>+5} {5:=+5}")
print(f"{3:<5}|{3:>5}|{3:^5}|{3.0:>6}|{True:>5}|{None!s:>6}|{'a':*<3}|{12345.678:_.1f}|{0:e}|{float('nan'):5}|{1j:.1f}|{10**20:,}")
