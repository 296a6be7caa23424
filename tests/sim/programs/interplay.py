"""Features together: dataclass with enum, generic containers, class decorators, context managers in classes, iterators with state."""
from __future__ import annotations
from abc import abstractmethod, ABC
from collections import defaultdict, namedtuple
from contextlib import contextmanager, ExitStack
from dataclasses import dataclass, field, fields, asdict
from enum import Enum, Flag, auto, IntEnum
from functools import cached_property, total_ordering, partial
from typing import ClassVar, Iterator, Generic, TypeVar, Callable, Any, Literal

T = TypeVar("T")


class Priority(IntEnum):
    LOW = 1
    HIGH = 3

    @classmethod
    def parse(cls, text: str) -> Priority:
        return cls[text.strip().upper()]


class Status(Enum):
    OPEN = "open"
    DONE = "done"

    @property
    def final(self) -> bool:
        return self is Status.DONE

    def next(self) -> Status:
        members = list(type(self))
        return members[(members.index(self) + 1) % len(members)]


class Access(Flag):
    NONE = 0
    READ = auto()
    WRITE = auto()
    ALL = READ | WRITE


@dataclass(order=True)
class Task:
    sort_key: tuple = field(init=False, repr=False)
    title: str
    priority: Priority = Priority.LOW
    status: Status = Status.OPEN
    access: Access = Access.ALL
    subtasks: list[Task] = field(default_factory=list)
    created: ClassVar[int] = 0

    def __post_init__(self):
        self.sort_key = (-self.priority, self.title)
        type(self).created += 1

    @cached_property
    def total(self) -> int:
        return 1 + sum(t.total for t in self.subtasks)

    def walk(self) -> Iterator[Task]:
        yield self
        for t in self.subtasks:
            yield from t.walk()

    def __contains__(self, title: str) -> bool:
        return any(t.title == title for t in self.walk())


root = Task("root", Priority.HIGH, subtasks=[Task("b"), Task("a", Priority.parse(" high "), Status.DONE)])
print(root)
print(sorted(root.walk())[0].title, root.total, "b" in root, "z" in root, Task.created, [t.status.final for t in root.walk()])
print([f.name for f in fields(Task)], asdict(Task("x"))["status"], Status.OPEN.next(), Access.READ in Access.ALL, Access.NONE, bool(Access.NONE))
match root:
    case Task(title=title, priority=Priority.HIGH, subtasks=[first, *_]) if first.status is Status.OPEN:
        print("matched", title, first.title)


def singleton(cls):
    instances = {}

    def get(*args, **kw):
        if cls not in instances:
            instances[cls] = cls(*args, **kw)
        return instances[cls]
    get.__name__, get.__doc__ = cls.__name__, cls.__doc__
    return get


@singleton
class Config:
    """Settings."""
    def __init__(self, **values): self.__dict__.update(values)
    def __getattr__(self, name): return f"<{name} unset>"


print(Config(debug=True) is Config(), Config().debug, Config().nothing, Config.__name__, Config.__doc__)


class Ledger:
    def __init__(self): self.entries, self._depth = [], 0

    def __enter__(self):
        self._depth += 1
        self._mark = len(self.entries)
        return self

    def __exit__(self, kind, value, tb):
        self._depth -= 1
        if kind is not None:
            del self.entries[self._mark:]
            print("rolled back", kind.__name__)
        return kind is ValueError

    @contextmanager
    def section(self, name):
        self.entries.append(f"<{name}>")
        try:
            yield partial(self.add, indent=2)
        finally:
            self.entries.append(f"</{name}>")

    def add(self, text, *, indent=0): self.entries.append(" " * indent + text)


ledger = Ledger()
with ledger, ledger.section("one") as add:
    add("inside")
with ledger:
    ledger.add("lost")
    raise ValueError
print(ledger.entries)
with ExitStack() as stack:
    adders = [stack.enter_context(ledger.section(n)) for n in "xy"]
    adders[1]("in y")
print(ledger.entries[3:])


class EventBus(Generic[T]):
    def __init__(self) -> None:
        self._handlers: defaultdict[str, list[Callable[[T], Any]]] = defaultdict(list)

    def on(self, name: str):
        def register(f):
            self._handlers[name].append(f)
            return f
        return register

    def emit(self, name: str, payload: T) -> list[Any]:
        return [h(payload) for h in self._handlers.get(name, ())]


bus: EventBus[int] = EventBus()


@bus.on("tick")
@bus.on("tock")
def double(n): return n * 2


@bus.on("tick")
class Recorder:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Recorder({self.n})"


print(bus.emit("tick", 4), bus.emit("tock", 5), bus.emit("none", 1))


class Field(ABC):
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner=None): return self if obj is None else obj.__dict__.get(self.name)
    def __set__(self, obj, value):
        obj.__dict__[self.name] = self.check(value)
    @abstractmethod
    def check(self, value): ...


class Range(Field):
    def __init__(self, low, high): self.low, self.high = low, high
    def check(self, value):
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name}={value} not in {self.low}..{self.high}")
        return value


class OneOf(Field):
    def __init__(self, *options): self.options = options
    def check(self, value):
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of {', '.join(map(repr, self.options))}")
        return value


class Model:
    def __init_subclass__(cls):
        cls.schema = {n: type(f).__name__ for n, f in vars(cls).items() if isinstance(f, Field)}

    def __init__(self, **kw):
        unknown = kw.keys() - self.schema.keys()
        if unknown:
            raise TypeError(f"unknown: {sorted(unknown)}")
        for name, value in kw.items():
            setattr(self, name, value)

    def __repr__(self): return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"


class Person(Model):
    age = Range(0, 150)
    role = OneOf("user", "admin")


print(Person(age=3, role="user"), Person.schema)
for kw in ({"age": 200}, {"role": "root"}, {"size": 1}):
    try:
        Person(**kw)
    except (ValueError, TypeError) as e:
        print(e)
try:
    Field()
except TypeError as e:
    print(str(e)[:39])


@total_ordering
class Version:
    def __init__(self, text): self.parts = tuple(map(int, text.split(".")))
    def __eq__(self, o): return self.parts == o.parts
    def __lt__(self, o): return self.parts < o.parts
    def __repr__(self): return ".".join(map(str, self.parts))


print(sorted(map(Version, ["1.10", "1.9", "0.1"])), Version("1.0") >= Version("0.9"), max(Version("2"), Version("10")))
Mode = Literal["r", "w"]
Pos = namedtuple("Pos", "x y")


class Robot:
    moves = {"N": Pos(0, 1), "E": Pos(1, 0), "S": Pos(0, -1), "W": Pos(-1, 0)}

    def __init__(self): self.at, self.trail = Pos(0, 0), []

    def __call__(self, commands):
        for c in commands:
            d = self.moves[c]
            self.at = Pos(self.at.x + d.x, self.at.y + d.y)
            self.trail.append(self.at)
        return self

    def __iter__(self): return iter(self.trail)


print(Robot()("NNESW").at, len({*Robot()("NESW")}), [p.x for p in Robot()("EEW")])
print(Task.walk.__annotations__, Task.__annotations__["subtasks"], Mode)
