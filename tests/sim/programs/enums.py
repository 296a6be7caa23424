"""Enums: members, values, auto, flags, methods, iteration."""
from enum import Enum, IntEnum, Flag, IntFlag, auto, unique, StrEnum


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    CRIMSON = 1

    @property
    def nice(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.GREEN

    def describe(self):
        return f"{self.name}={self.value}"

    def __str__(self):
        return f"color {self.nice}"


class Level(IntEnum):
    LOW = 1
    MID = 5
    HIGH = 10


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Bits(IntFlag):
    A = 1
    B = 2


class Auto(Enum):
    ONE = auto()
    TWO = auto()
    TEN = 10
    ELEVEN = auto()


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    @property
    def ratio(self):
        return round(self.mass / self.radius, 3)


class Word(StrEnum):
    HELLO = auto()
    BYE = "bye!"


print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color.CRIMSON is Color.RED, Color.default().describe())
print(list(Color), len(Color), Color(2), Color["BLUE"], Color.__members__.keys() if False else list(Color.__members__))
print(Color.RED == 1, Color.RED is Color(1), Color.RED in Color, isinstance(Color.RED, Color), type(Color.RED))
print({Color.RED: "r", Color.BLUE: "b"}[Color.BLUE], Color.RED != Color.BLUE, hash(Color.RED) == hash(Color(1)))
for bad in (lambda: Color(9), lambda: Color["PINK"], lambda: Color.RED < Color.BLUE, lambda: setattr(Color, "RED", 5)):
    try:
        bad()
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
print(Level.MID > Level.LOW, Level.HIGH + 1, sorted([Level.HIGH, Level.LOW]), Level.MID == 5, f"{Level.LOW}", repr(Level(10)), max(Level))
print(Perm.R | Perm.X, Perm.RW, Perm.R in Perm.RW, Perm.RW & Perm.W, bool(Perm.R & Perm.W), Perm(0), ~Perm.R, Perm.R ^ Perm.RW, repr(Perm.R | Perm.X))
print(list(Perm), list(Perm.RW), Perm(5), len(Perm.RW))
print(Bits.A | Bits.B, Bits.A | 8, int(Bits.B), Bits.A + 1, repr(Bits(3)))
print([(m.name, m.value) for m in Auto])
print(Planet.EARTH.ratio, Planet((0.64, 3.39)), Planet.MARS.value)
print(Word.HELLO, Word.BYE.upper(), Word("hello") is Word.HELLO, Word.HELLO == "hello", repr(Word.BYE), "x" + Word.HELLO, len(Word.BYE))
try:
    @unique
    class Twice(Enum):
        A = 1
        B = 1
except ValueError as e:
    print(e)
try:
    class More(Color):
        PINK = 4
except TypeError as e:
    print(e)
Animal = Enum("Animal", "CAT DOG")
print(list(Animal), Animal.DOG.value)


class Shape(Enum):
    SQUARE = "s"
    CIRCLE = "c"

    @classmethod
    def _missing_(cls, value):
        for member in cls:
            if member.value == str(value).lower():
                return member
        return None


print(Shape("S"), Shape("c"))
try:
    Shape("q")
except ValueError as e:
    print(e)


def paint(c):
    match c:
        case Color.RED:
            return "warm"
        case Color.BLUE:
            return "cold"
        case _:
            return "dunno"


print([paint(c) for c in Color])
print(Color.RED.__class__.__name__, Color.__name__, Color.RED.nice, [c.name for c in reversed(Color)])


class Op(Enum):
    ADD = "+"
    SUB = "-"

    def __call__(self, a, b):
        return {"+": a + b, "-": a - b}[self.value]


print(Op("+")(1, 2), Op.SUB(5, 3))
