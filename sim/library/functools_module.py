"""The module functools: partial and reduce as natives, the rest as guest source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, call, iterate, repr_text
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"partial": Record}
SIZES: dict[str, Any] = {"partial": lambda m, obj: 88}
MODULE = "module:functools"


@native(MODULE, "_types", 0, kind="function")
def functools_types(m: Machine, args: list[Any]) -> HeapObject:
    kind = m.types["partial"]
    kind.refs += 1
    return m.heap.tuple([kind])


@native("partial", "__new__", 1, None, raw=True, kind="static")
def partial_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    """parts: [function, argument tuple, keyword dict]; a partial of a partial is joined with it."""
    function, given = args[1], args[2:]
    named = dict(keywords)
    if function.type is m.types["partial"]:
        inner, before, words = function.parts
        m.charge(len(before.items) >> 3)
        given = [*before.items, *given]
        named = {**{entry.key.value: entry.value for entry in words.entries()}, **named}
        function = inner
    for one in (function, *given):
        one.refs += 1
    kept = m.heap.dict()
    for text, value in named.items():
        key = m.heap.name(text)
        value.refs += 1
        m.heap.dict_store(kept, text, key, value)
        m.heap.close(key)
    return m.heap.record("partial", [function, m.heap.tuple(list(given)), kept], 72)


@native("partial", "__call__", 0, None, raw=True)
def partial_call(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    owner = args[0]
    function, before, words = owner.parts
    named: dict[str, Any] = {entry.key.value: entry.value for entry in words.entries()}
    named.update(keywords)
    return (yield call(m, function, [*before.items, *args[1:], *named.values()], tuple(named)))


def _part(name: str, place: int) -> None:
    @getter("partial", name)
    def part(m: Machine, owner: Any) -> Any:
        owner.parts[place].refs += 1
        return owner.parts[place]


for _place, _name in enumerate(("func", "args", "keywords")):
    _part(_name, _place)


@native("partial", "__repr__", 0)
def partial_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    function, before, words = args[0].parts
    texts = [(yield repr_text(m, function))]
    for item in before.items:
        texts.append((yield repr_text(m, item)))
    for entry in words.entries():
        texts.append(f"{entry.key.value}={(yield repr_text(m, entry.value))}")
    return m.heap.str(f"functools.partial({', '.join(texts)})")


@native(MODULE, "reduce", 2, 3, kind="function")
def functools_reduce(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    function, source, initial = args
    iterator = frame.own((yield iterate(m, source)))
    total = frame.borrow(initial) if initial is not None else None
    while True:
        item = yield advance(m, iterator)
        if item is None:
            break
        frame.own(item)
        if total is None:
            total = item
            continue
        following = frame.own((yield call(m, function, [total, item])))
        frame.drop(total)
        frame.drop(item)
        total = following
    if total is None:
        raise m.error("TypeError", "reduce() of empty iterable with no initial value")
    return frame.give(total)


SOURCES: dict[str, str] = {
    "functools": '''
partial, = _types()

WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__", "__doc__")


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=("__dict__",)):
    for name in assigned:
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    wrapper.__dict__.update(getattr(wrapped, "__dict__", {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped)
    return decorate


def _cache_info():
    global _CacheInfo
    if _CacheInfo is None:
        from collections import namedtuple
        _CacheInfo = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])
    return _CacheInfo


_CacheInfo = None


def _cached(function, maxsize, typed=False):
    entries = {}
    hits = misses = 0

    def wrapper(*args, **kwargs):
        nonlocal hits, misses
        key = (args, tuple(kwargs.items())) if kwargs else args
        if typed:
            key = (key, tuple(map(type, args)), tuple(map(type, kwargs.values())))
        if key in entries:
            hits += 1
            value = entries.pop(key)
        else:
            misses += 1
            value = function(*args, **kwargs)
            if maxsize is not None and len(entries) >= maxsize and entries:
                del entries[next(iter(entries))]
        if maxsize is None or maxsize > 0:
            entries[key] = value
        return value

    def cache_clear():
        nonlocal hits, misses
        hits = misses = 0
        entries.clear()

    wrapper.cache_clear = cache_clear
    wrapper.cache_info = lambda: _cache_info()(hits, misses, maxsize, len(entries))
    wrapper.cache_parameters = lambda: {"maxsize": maxsize, "typed": typed}
    return update_wrapper(wrapper, function)


def lru_cache(maxsize=128, typed=False):
    if isinstance(maxsize, int):
        maxsize = max(maxsize, 0)
    elif callable(maxsize) and isinstance(typed, bool):
        return _cached(maxsize, 128, typed)
    elif maxsize is not None:
        raise TypeError("Expected first argument to be an integer, a callable, or None")
    return lambda function: _cached(function, maxsize, typed)


def cache(function):
    return _cached(function, None)


class cached_property:
    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__

    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError("Cannot assign the same cached_property to two different names "
                            f"({self.attrname!r} and {name!r}).")

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.attrname is None:
            raise TypeError("Cannot use cached_property instance without calling __set_name__ on it.")
        try:
            cache = instance.__dict__
        except AttributeError:
            raise TypeError(f"No '__dict__' attribute on {type(instance).__name__!r} "
                            f"instance to cache {self.attrname!r} property.") from None
        if self.attrname in cache:
            return cache[self.attrname]
        value = cache[self.attrname] = self.func(instance)
        return value


def cmp_to_key(mycmp):
    class K:
        __slots__ = ("obj",)

        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return mycmp(self.obj, other.obj) < 0

        def __gt__(self, other):
            return mycmp(self.obj, other.obj) > 0

        def __eq__(self, other):
            return mycmp(self.obj, other.obj) == 0

        def __le__(self, other):
            return mycmp(self.obj, other.obj) <= 0

        def __ge__(self, other):
            return mycmp(self.obj, other.obj) >= 0

        __hash__ = None

    return K


# (root, wanted) -> what the root's answer and equality make of it.
_DERIVED = {
    ("lt", "gt"): lambda a, s, o: not a and s != o, ("lt", "le"): lambda a, s, o: a or s == o, ("lt", "ge"): lambda a, s, o: not a,
    ("le", "ge"): lambda a, s, o: not a or s == o, ("le", "lt"): lambda a, s, o: a and s != o, ("le", "gt"): lambda a, s, o: not a,
    ("gt", "lt"): lambda a, s, o: not a and s != o, ("gt", "ge"): lambda a, s, o: a or s == o, ("gt", "le"): lambda a, s, o: not a,
    ("ge", "le"): lambda a, s, o: not a or s == o, ("ge", "gt"): lambda a, s, o: a and s != o, ("ge", "lt"): lambda a, s, o: not a,
}


def _derived(name, root):
    decide = _DERIVED[root.strip("_"), name.strip("_")]

    def method(self, other):
        answer = getattr(type(self), root)(self, other)
        return answer if answer is NotImplemented else decide(answer, self, other)
    method.__name__ = name
    return method


def total_ordering(cls):
    names = ("__lt__", "__le__", "__gt__", "__ge__")
    roots = [name for name in names if getattr(cls, name, None) is not getattr(object, name, None)]
    if not roots:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    root = next(name for name in ("__lt__", "__le__", "__gt__", "__ge__") if name in roots)
    for name in names:
        if name not in roots:
            setattr(cls, name, _derived(name, root))
    return cls


class partialmethod:
    def __init__(self, func, /, *args, **keywords):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError("{!r} is not callable or a descriptor".format(func))
        self.func, self.args, self.keywords = func, args, keywords

    def __get__(self, obj, cls=None):
        found = self.func.__get__(obj, cls) if hasattr(self.func, "__get__") else partial(self.func, obj)
        if obj is None:
            def unbound(self_, /, *args, **keywords):
                return self.func(self_, *self.args, *args, **{**self.keywords, **keywords})
            return unbound
        return partial(found, *self.args, **self.keywords)


def _implementation(registry, cls):
    for base in cls.__mro__:
        if base in registry:
            return registry[base]
    for base in registry:
        if base is not object and issubclass(cls, base):
            return registry[base]
    return registry.get(object)


def singledispatch(func):
    registry = {object: func}
    name = getattr(func, "__name__", "singledispatch function")

    def dispatch(cls):
        return _implementation(registry, cls)

    def register(cls, func=None):
        if isinstance(cls, type):
            if func is None:
                return lambda f: register(cls, f)
            kinds = (cls,)
        elif hasattr(cls, "__args__") and func is None and not hasattr(cls, "__code__"):
            kinds = cls.__args__
            return lambda f: [registry.__setitem__(kind, f) for kind in kinds] and f
        else:
            func = cls
            hints = [hint for key, hint in getattr(func, "__annotations__", {}).items() if key != "return"]
            if not hints:
                raise TypeError(f"Invalid first argument to `register()`: {cls!r}. "
                                f"Use either `@register(some_class)` or plain `@register` on an annotated function.")
            kinds = hints[0].__args__ if hasattr(hints[0], "__args__") and not isinstance(hints[0], type) else (hints[0],)
        for kind in kinds:
            registry[kind] = func
        return func

    def wrapper(*args, **kw):
        if not args:
            raise TypeError(f"{name} requires at least 1 positional argument")
        return dispatch(args[0].__class__)(*args, **kw)

    from types import MappingProxyType
    wrapper.register, wrapper.dispatch, wrapper.registry = register, dispatch, MappingProxyType(registry)
    return update_wrapper(wrapper, func)


class singledispatchmethod:
    def __init__(self, func):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError(f"{func!r} is not callable or a descriptor")
        self.dispatcher, self.func = singledispatch(func), func

    def register(self, cls, method=None):
        return self.dispatcher.register(cls, func=method)

    def __get__(self, obj, cls=None):
        def _method(*args, **kwargs):
            return self.dispatcher.dispatch(args[0].__class__).__get__(obj, cls)(*args, **kwargs)
        _method.register = self.register
        return update_wrapper(_method, self.func)
'''
}
