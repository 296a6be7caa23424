"""Abstract base classes, properties, class methods, super, multiple inheritance."""
from abc import ABC, ABCMeta, abstractmethod
import math


class Shape(ABC):
    registry = []

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Shape.registry.append(cls.__name__)

    @property
    @abstractmethod
    def area(self): ...

    @abstractmethod
    def name(self):
        """The name."""

    def describe(self):
        return f"{self.name()} with area {self.area:.2f}"


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    @property
    def area(self):
        return math.pi * self.r ** 2

    def name(self):
        return "circle"


class Rect(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    @property
    def area(self):
        return self.w * self.h

    def name(self):
        return "rect"


class Square(Rect):
    def __init__(self, s):
        super().__init__(s, s)

    def name(self):
        return "square/" + super().name()


class Blob(Shape):
    def name(self):
        return "blob"


for s in [Circle(1), Rect(2, 3), Square(4)]:
    print(s.describe())
for bad in (Shape, Blob):
    try:
        bad()
    except TypeError as e:
        print(e)
print(Shape.registry, sorted(Shape.__abstractmethods__), Blob.__abstractmethods__)
print(isinstance(Square(1), Shape), issubclass(Circle, ABC), type(Shape), isinstance(Shape, ABCMeta))


class Duck(ABC):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Duck:
            return any("quack" in k.__dict__ for k in other.__mro__)
        return NotImplemented


class Robot:
    def quack(self): return "beep"


print(isinstance(Robot(), Duck), issubclass(int, Duck))


class Number(ABC):
    pass


Number.register(int)
print(isinstance(3, Number), isinstance(3.0, Number), issubclass(bool, Number))


class Walker:
    def move(self): return ["walk"]


class Swimmer:
    def move(self): return ["swim"]


class Base:
    def move(self): return ["base"]


class A(Base):
    def move(self): return ["A"] + super().move()


class B(Base):
    def move(self): return ["B"] + super().move()


class C(A, B):
    def move(self): return ["C"] + super().move()


print(C().move(), [k.__name__ for k in C.__mro__], C.__bases__)
try:
    class X(Base, A): pass
except TypeError as e:
    print(str(e).split("\n")[0])


class Mixin:
    def to_text(self):
        return ", ".join(f"{k}={v}" for k, v in sorted(self.__dict__.items()))


class Item(Mixin, Walker, Swimmer):
    def __init__(self): self.b, self.a = 1, 2


print(Item().to_text(), Item().move(), Item.to_text is Mixin.to_text)


class Meta(type):
    def __call__(cls, *args, **kw):
        if not hasattr(cls, "_instance"):
            cls._instance = super().__call__(*args, **kw)
        return cls._instance


class Single(metaclass=Meta):
    def __init__(self, v): self.v = v


print(Single(1) is Single(2), Single(3).v)
