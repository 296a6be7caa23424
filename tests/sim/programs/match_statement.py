"""match: literals, captures, sequences, mappings, classes, guards, alternatives."""
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


class Pair:
    __match_args__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right


RED = "red"


class Colors:
    BLUE = "blue"


def kind(v):
    match v:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "small"
        case -1 | 2.5 | "hi" | b"x" | None | True:
            return "literal"
        case Colors.BLUE:
            return "blue constant"
        case int(n) if n > 100:
            return f"big {n}"
        case int() | float():
            return "number"
        case str(s):
            return f"text {s}"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [x, y]:
            return f"two {x} {y}"
        case ["go", *rest]:
            return f"go {rest}"
        case [first, *_, last]:
            return f"{first}..{last}"
        case {"type": "circle", "r": r, **others}:
            return f"circle {r} {others}"
        case {"type": t}:
            return f"shape {t}"
        case {}:
            return "mapping"
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point(x=px):
            return f"point at {px}"
        case Pair(Point(a, b), right=r):
            return f"pair {a} {b} {r}"
        case (Pair() | set()) as whole:
            return f"thing {type(whole).__name__}"
        case _:
            return "other"


for v in [0, 2, -1, 2.5, "hi", b"x", None, True, "blue", 101, 7, 1.5, "text", [], [1], (1, 2), ["go", 1, 2], [1, 2, 3], range(4),
          {"type": "circle", "r": 2, "z": 1}, {"type": "square"}, {}, {"k": 1}, Point(0, 0), Point(3, 3), Point(1, 2),
          Pair(Point(5, 6), "r"), Pair(1, 2), {1}, object, 3 + 4j]:
    print(kind(v))


def evaluate(expr):
    match expr:
        case int() | float():
            return expr
        case ("+", a, b):
            return evaluate(a) + evaluate(b)
        case ("*", a, b):
            return evaluate(a) * evaluate(b)
        case ("neg", a):
            return -evaluate(a)
        case _:
            raise ValueError(f"bad expression {expr!r}")


print(evaluate(("+", 1, ("*", 2, ("neg", 3)))))
try:
    evaluate("bad")
except ValueError as e:
    print(e)
match [1, [2, 3]]:
    case [a, [b, c]] if a < b:
        print(a, b, c)
try:
    match 5:
        case Point(1, 2, 3):
            pass
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as e:
    print(e)
match {"a": {"b": [10, 20]}}:
    case {"a": {"b": [_, y]}}:
        print(y)
