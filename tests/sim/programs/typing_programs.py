"""Programs with type hints: they run, and hints can be looked at."""
from __future__ import annotations
import typing
from typing import (Any, Callable, ClassVar, Dict, Final, Generic, Iterable, Iterator, List, Literal, NamedTuple, Optional, Protocol, Sequence, Tuple, Type,
                    TypedDict, TypeVar, Union, cast, overload, runtime_checkable, TYPE_CHECKING, NoReturn)

if TYPE_CHECKING:
    import nowhere

T = TypeVar("T")
K = TypeVar("K", bound=str)


class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def push(self, item: T) -> None:
        self._items.append(item)

    def pop(self) -> T:
        return self._items.pop()


class Employee(NamedTuple):
    name: str
    id: int = 3

    def badge(self) -> str:
        return f"{self.name}#{self.id}"


class Movie(TypedDict):
    title: str
    year: int


@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...


class File:
    def close(self):
        print("closed")


def first(xs: Sequence[T], default: Optional[T] = None) -> Union[T, None]:
    return xs[0] if xs else default


def apply(f: Callable[[int], int], *xs: int) -> List[int]:
    return [f(x) for x in xs]


@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    return x * 2


s = Stack[int]()
s.push(3)
print(s.pop(), type(s).__name__)
e = Employee("Ann")
print(e, e.badge(), e._replace(id=9), e == ("Ann", 3), Employee._fields, Employee._field_defaults)
m: Movie = {"title": "x", "year": 1}
print(m, Movie(title="y", year=2), type(m))
print(first([1, 2]), first([]), apply(lambda v: v + 1, 1, 2), twice(2), twice("a"), cast(int, "no"))
print(isinstance(File(), Closes), isinstance(3, Closes))
print(first.__annotations__["xs"], apply.__annotations__["return"])
LIMIT: Final = 3
x: int
y: Dict[str, Tuple[int, ...]] = {}
print("x" in globals(), y, LIMIT)


class Node(Generic[T]):
    count: ClassVar[int] = 0

    def __init__(self, value: T, next: Node[T] | None = None):
        self.value, self.next = value, next

    def __iter__(self) -> Iterator[T]:
        node: Node[T] | None = self
        while node:
            yield node.value
            node = node.next


print(list(Node(1, Node(2))), Node.count, Node.__annotations__)


class IntNode(Node[int]):
    pass


print(IntNode(5).value, IntNode.__mro__[1].__name__, issubclass(IntNode, Node))


def never() -> NoReturn:
    raise SystemExit


class Size(Protocol):
    def size(self) -> int: ...


class Impl(Size):
    def size(self): return 4


print(Impl().size())
try:
    Size()
except TypeError as err:
    print(err)
Pair = Tuple[int, int]
Handler = Callable[[str], None]
UserId = typing.NewType("UserId", int)
print(UserId(5) + 1)
