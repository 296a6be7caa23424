"""How library code is declared: a table row for each native function, with its arity, so that binding and its errors are one piece of
code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sim.machine.frames import NativeFrame
from sim.machine.suggestions import closest
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


class Native:
    """One native function.

    function(m, args) -> object or frame; a generator function gets (m, frame, args). args are borrowed; `None` stands for an optional
    argument that was not given. keywords: names of the positional parameters that may also be given by keyword ("" where not).
    star: takes any number of positional arguments. raw: also gets a dict of keyword arguments (name -> object) as a further argument.
    kind: "method", "function", "getter" (attribute computed on access; optional setter), "static", "class".
    """

    __slots__ = ("function", "generator", "keywords", "kind", "maximum", "minimum", "module", "name", "owner", "raw", "setter")

    def __init__(
        self, name: str, function: Callable[..., Any], minimum: int, maximum: int | None, keywords: tuple[str, ...], raw: bool, kind: str
    ) -> None:
        self.name = name
        self.function = function
        self.minimum = minimum
        self.maximum = maximum
        self.keywords = keywords
        self.raw = raw
        self.kind = kind
        self.generator = inspect.isgeneratorfunction(function)
        self.setter: Callable[..., Any] | None = None
        self.owner = ""  # the type's name, "" for functions of modules
        self.module = ""  # the module's name, "" for members of types


# owner -> name -> Native; owner is a type's name ("list") or "module:NAME" ("module:builtins").
NATIVES: dict[str, dict[str, Native]] = {}


def native(
    owner: str,
    name: str,
    minimum: int = 0,
    maximum: int | None = -1,
    *,
    keywords: tuple[str, ...] = (),
    raw: bool = False,
    kind: str = "method",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a native. minimum and maximum do not count self; maximum -1: same as minimum; None: any number."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        rows = NATIVES.setdefault(owner, {})
        assert name not in rows, f"{owner}.{name} is declared twice"
        made = Native(name, function, minimum, minimum if maximum == -1 else maximum, keywords, raw, kind)
        if owner.startswith("module:"):
            made.module = owner.removeprefix("module:")
        else:
            made.owner = owner
        rows[name] = made
        return function

    return register


def getter(owner: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a computed attribute: function(m, object) -> new reference or frame."""
    return native(owner, name, kind="getter")


def setter(owner: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the setter of a computed attribute: function(m, object, value or None to delete) -> None; value is borrowed."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        NATIVES[owner][name].setter = function
        return function

    return register


def invoke(m: Machine, spec: Native, args: list[Any], names: tuple[str, ...] = (), self_counted: int = 0) -> Any:
    """Call a native. args: borrowed, self first for methods, the last len(names) given by keyword. Returns an object or a frame."""
    extra: dict[str, HeapObject] | None = None
    if names or spec.keywords or spec.raw:
        args, extra = bind_native(m, spec, args, names, self_counted)
    else:
        count = len(args) - self_counted
        if count < spec.minimum or (spec.maximum is not None and count > spec.maximum):
            raise arity_error(m, spec, count)
        if spec.maximum is not None and count < spec.maximum:
            args = args + [None] * (spec.maximum - count)
    if spec.generator:
        return NativeFrame(m, spec.function, args, extra) if spec.raw else NativeFrame(m, spec.function, args)
    return spec.function(m, args, extra) if spec.raw else spec.function(m, args)


def bind_native(
    m: Machine, spec: Native, args: list[Any], names: tuple[str, ...], self_counted: int
) -> tuple[list[Any], dict[str, HeapObject] | None]:
    """Positional list (None where absent) and, for raw natives, the keywords left over."""
    positional = list(args[: len(args) - len(names)])
    given = dict(zip(names, args[len(args) - len(names) :], strict=True)) if names else {}
    count = len(positional) - self_counted
    if given and not spec.raw and spec.name in ("__new__", "__init__") and not m.takes_keywords_as_base(positional[0], spec):
        given = {}
    if given and not spec.raw and not any(spec.keywords):
        full = f"{spec.owner}.{spec.name}" if spec.owner and spec.name != "__new__" else spec.owner or spec.name
        raise m.error("TypeError", f"{full}() takes no keyword arguments")
    if spec.maximum is not None:
        if count > spec.maximum:
            raise arity_error(m, spec, count)
        positional += [None] * (spec.maximum - count)
        for index, keyword in enumerate(spec.keywords):
            if keyword and keyword in given:
                if positional[self_counted + index] is not None:
                    raise m.error("TypeError", f"argument for {spec.name}() given by name ('{keyword}') and position ({index + 1})")
                positional[self_counted + index] = given.pop(keyword)
    missing = [
        index for index in range(spec.minimum) if self_counted + index >= len(positional) or positional[self_counted + index] is None
    ]
    if missing:
        if spec.keywords and missing[0] < len(spec.keywords) and spec.keywords[missing[0]]:
            called = spec.owner if spec.name == "__new__" else spec.name
            raise m.error("TypeError", f"{called}() missing required argument '{spec.keywords[missing[0]]}' (pos {missing[0] + 1})")
        raise arity_error(m, spec, count)
    if given and not spec.raw:
        name = spec.owner if spec.name == "__new__" else spec.name
        raise wrong_keyword(m, name, next(iter(given)), [keyword for keyword in spec.keywords if keyword])
    return positional, (given if spec.raw else None)


def wrong_keyword(m: Machine, function: str, keyword: str, allowed: Iterable[str]) -> Exception:
    """Wording of the parser of C functions' arguments (Python/getargs.c)."""
    if not m.profile.suggests_keywords or function in PARSED_BY_HAND:
        return m.error("TypeError", f"'{keyword}' is an invalid keyword argument for {function}()")
    return m.error("TypeError", f"{function}() got an unexpected keyword argument '{keyword}'{did_you_mean(m, keyword, allowed)}")


PARSED_BY_HAND = frozenset({"enumerate"})


def did_you_mean(m: Machine, wrong: str, allowed: Iterable[str]) -> str:
    """A suggestion for an error's text, where the version makes any."""
    found = closest(wrong, allowed) if m.profile.suggests_keywords else None
    return f". Did you mean '{found}'?" if found is not None else ""


def arity_error(m: Machine, spec: Native, count: int) -> Exception:
    """CPython's wording: methods without or with one argument name their type, `__new__` is called by the type's name."""
    name = spec.owner if spec.name == "__new__" else spec.name
    if spec.minimum == spec.maximum and spec.minimum < 2:
        full = f"{spec.owner}.{spec.name}" if spec.owner and spec.name != "__new__" else name
        wanted = "no arguments" if spec.maximum == 0 else "exactly one argument"
        return m.error("TypeError", f"{full}() takes {wanted} ({count} given)")
    if spec.minimum == spec.maximum:
        return m.error("TypeError", f"{name} expected {spec.maximum} arguments, got {count}")
    if count < spec.minimum:
        return m.error("TypeError", f"{name} expected at least {spec.minimum} argument{'s' if spec.minimum != 1 else ''}, got {count}")
    return m.error("TypeError", f"{name} expected at most {spec.maximum} argument{'s' if spec.maximum != 1 else ''}, got {count}")
