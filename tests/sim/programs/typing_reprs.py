"""How generic aliases and unions look."""
from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar, Union, Literal, Set, get_type_hints, get_origin, get_args, Iterable

print(list[int], dict[str, int], tuple[int, ...], set[str], type[int], list[list[int]])
print(List[int], Dict[str, List[int]], Tuple[int, str], Any, Set[int], Iterable[str])
print(int | None, int | str, list[int] | None)
print(Callable[[int, str], bool], Callable[..., int], Literal["a", 1])
print(get_origin(list[int]), get_args(dict[str, int]), get_origin(List[int]), get_args(Union[int, str]))
print(isinstance(3, int | str), isinstance(None, int | None), isinstance(3.0, int | str))
print(list[int] == list[int], list[int]([1, 2]), dict[str, int](a=1), list[int].__origin__, list[int].__args__)
print(Optional[int] == Union[int, None], Union[int, int] is int, Union[int, str] == Union[str, int])


def f(a: int, b: Optional[str] = None) -> List[int]:
    return []


print(f.__annotations__["a"], sorted(get_type_hints(f)))
T = TypeVar("T")
print(T, List[T], T.__name__)
try:
    isinstance([], list[int])
except TypeError as e:
    print(e)
try:
    int[str]
except TypeError as e:
    print(e)


class MyList(list[int]):
    pass


print(MyList([1]), MyList.__mro__, MyList.__bases__)
