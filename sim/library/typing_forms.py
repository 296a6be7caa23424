"""The first half of the `typing` module as guest source: type variables, special forms and aliases such as `list[int]` or `Optional[str]`."""

from __future__ import annotations

FORMS = '''import sys
from abc import ABCMeta
from types import GenericAlias, UnionType

TYPE_CHECKING = False
_union_is_builtin = sys.version_info >= (3, 14)


def _show(t):
    if isinstance(t, GenericAlias):
        return repr(t)
    if isinstance(t, type):
        return t.__qualname__ if t.__module__ == "builtins" else t.__module__ + "." + t.__qualname__
    if t is ...:
        return "..."
    if isinstance(t, (tuple, list)):
        return "[" + ", ".join(map(_show, t)) + "]"
    return repr(t)


def _convert(t):
    if t is None:
        return type(None)
    if isinstance(t, str):
        return ForwardRef(t)
    return t


def _unique(items):
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return tuple(found)


def _variables(args):
    found = []
    for t in args:
        if isinstance(t, (TypeVar, ParamSpec)):
            if t not in found:
                found.append(t)
        elif isinstance(t, (list, tuple)):
            found += [v for v in _variables(t) if v not in found]
        else:
            found += [v for v in getattr(t, "__parameters__", ()) if v not in found] if not isinstance(t, type) else []
    return tuple(found)


class _Joinable:
    __slots__ = ()

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]


class ForwardRef(_Joinable):
    def __init__(self, arg):
        self.__forward_arg__ = arg

    def __eq__(self, other):
        return isinstance(other, ForwardRef) and self.__forward_arg__ == other.__forward_arg__

    def __hash__(self):
        return hash(self.__forward_arg__)

    def __repr__(self):
        return f"ForwardRef({self.__forward_arg__!r})"


class TypeVar(_Joinable):
    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False, infer_variance=False, default=None):
        self.__name__ = name
        self.__constraints__ = constraints
        self.__bound__ = bound
        self.__covariant__, self.__contravariant__ = covariant, contravariant
        self.__module__ = "__main__"

    def __repr__(self):
        return ("+" if self.__covariant__ else "-" if self.__contravariant__ else "~") + self.__name__


class ParamSpec(TypeVar):
    @property
    def args(self):
        return self

    kwargs = args


class TypeVarTuple(TypeVar):
    def __repr__(self):
        return self.__name__

    def __iter__(self):
        yield self


class _Form(_Joinable):
    """A special form such as ClassVar: it can be subscripted, not called."""

    def __init__(self, name):
        self._name = name
        self.__name__ = name

    def __repr__(self):
        return "typing." + self._name

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass {self!r}")

    def __call__(self, *args, **kwds):
        raise TypeError(f"Cannot instantiate {self!r}")

    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        return _Alias(self, tuple(map(_convert, items)), "typing." + self._name)

    def __instancecheck__(self, obj):
        raise TypeError(f"{self!r} cannot be used with isinstance()")

    def __subclasscheck__(self, cls):
        raise TypeError(f"{self!r} cannot be used with issubclass()")


class _LiteralForm(_Form):
    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        return _LiteralAlias(self, _unique(items), "typing.Literal")


class _UnionForm(_Form):
    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        if not items:
            raise TypeError("Cannot take a Union of no types.")
        flat = []
        for one in map(_convert, items):
            if isinstance(one, (_UnionAlias, UnionType)):
                flat += one.__args__
            else:
                flat.append(one)
        found = _unique(flat)
        if len(found) == 1:
            return found[0]
        return _UnionAlias(self, found, "typing.Union")


class _OptionalForm(_Form):
    def __getitem__(self, item):
        return Union[item, type(None)]


class _CallableForm(_Form):
    def __getitem__(self, item):
        if not isinstance(item, tuple) or len(item) != 2:
            raise TypeError("Callable must be used as Callable[[arg, ...], result].")
        args, result = item
        if isinstance(args, list):
            return _CallableAlias(_abc["Callable"], tuple(map(_convert, args)) + (_convert(result),), "typing.Callable")
        return _CallableAlias(_abc["Callable"], (args, _convert(result)), "typing.Callable")

    def __instancecheck__(self, obj):
        return callable(obj)


class _AnnotatedForm(_Form):
    def __getitem__(self, item):
        alias = _AnnotatedAlias(item[0], (item[0],), "typing.Annotated")
        alias.__metadata__ = item[1:]
        return alias


class _Alias(_Joinable):
    """Something subscripted: List[int], Stack[T], ClassVar[int]."""

    def __init__(self, origin, args, name):
        self.__origin__ = origin
        self.__args__ = args
        self._shown = name
        self.__parameters__ = _variables(args)
        self.__module__ = "typing"

    def __repr__(self):
        return self._shown + "[" + (", ".join(map(_show, self.__args__)) or "()") + "]"

    def __eq__(self, other):
        return isinstance(other, _Alias) and self.__origin__ == other.__origin__ and self.__args__ == other.__args__

    def __hash__(self):
        return hash((self.__origin__, self.__args__))

    def __getattr__(self, name):
        if "__origin__" in self.__dict__ and not (name.startswith("__") and name.endswith("__")):
            return getattr(self.__origin__, name)
        raise AttributeError(name)

    def __call__(self, *args, **kwargs):
        if self._shown.startswith("typing.") and isinstance(self.__origin__, type) and self.__origin__.__module__ == "builtins":
            raise TypeError(f"Type {self._shown[7:]} cannot be instantiated; use {self.__origin__.__name__}() instead")
        if not isinstance(self.__origin__, type):
            raise TypeError(f"Cannot instantiate {self!r}")
        result = self.__origin__(*args, **kwargs)
        try:
            result.__orig_class__ = self
        except Exception:
            pass
        return result

    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        if not self.__parameters__:
            raise TypeError(f"{self!r} is not a generic class")
        if len(items) != len(self.__parameters__):
            word = "many" if len(items) > len(self.__parameters__) else "few"
            raise TypeError(f"Too {word} arguments for {self!r}; actual {len(items)}, expected {len(self.__parameters__)}")
        chosen = dict(zip(self.__parameters__, map(_convert, items)))

        def put(t):
            if isinstance(t, TypeVar):
                return chosen.get(t, t)
            inner = getattr(t, "__parameters__", ()) if not isinstance(t, type) else ()
            return t[tuple(chosen.get(v, v) for v in inner)] if inner else t
        return type(self)(self.__origin__, tuple(map(put, self.__args__)), self._shown)

    def __mro_entries__(self, bases):
        if self.__origin__ is Generic:
            position = bases.index(self)
            for other in bases[position + 1:]:
                if not isinstance(other, _Alias) or other is self:
                    continue
                if isinstance(other.__origin__, type) and issubclass(other.__origin__, Generic):
                    return ()
            return (Generic,) if Protocol not in bases else ()
        if self._shown.startswith("typing.") and isinstance(self.__origin__, type) and not issubclass(self.__origin__, Generic):
            if Generic not in bases and not any(isinstance(b, _Alias) and b.__origin__ in (Generic, Protocol) for b in bases):
                return (self.__origin__, Generic)
        return (self.__origin__,)

    def __instancecheck__(self, obj):
        raise TypeError("Subscripted generics cannot be used with class and instance checks")

    def __subclasscheck__(self, cls):
        raise TypeError("Subscripted generics cannot be used with class and instance checks")


class _UnionAlias(_Alias):
    def __repr__(self):
        if len(self.__args__) == 2 and type(None) in self.__args__:
            one = self.__args__[0] if self.__args__[1] is type(None) else self.__args__[1]
            return f"typing.Optional[{_show(one)}]"
        return super().__repr__()

    def __eq__(self, other):
        return isinstance(other, (_UnionAlias, UnionType)) and set(self.__args__) == set(other.__args__)

    def __hash__(self):
        return hash(frozenset(self.__args__))

    def __instancecheck__(self, obj):
        return any(isinstance(obj, t) for t in self.__args__)

    def __subclasscheck__(self, cls):
        return any(issubclass(cls, t) for t in self.__args__)


class _CallableAlias(_Alias):
    def __repr__(self):
        *args, result = self.__args__
        if args == [...]:
            return f"typing.Callable[..., {_show(result)}]"
        return f"typing.Callable[[{', '.join(map(_show, args))}], {_show(result)}]"


class _LiteralAlias(_Alias):
    def __repr__(self):
        return "typing.Literal[" + ", ".join(map(repr, self.__args__)) + "]"

    def __eq__(self, other):
        return isinstance(other, _LiteralAlias) and set(self.__args__) == set(other.__args__)

    def __hash__(self):
        return hash(frozenset(self.__args__))


class _AnnotatedAlias(_Alias):
    def __repr__(self):
        return f"typing.Annotated[{_show(self.__origin__)}, {', '.join(map(repr, self.__metadata__))}]"


class _Special(_Joinable):
    """List, Dict and the others: a class under its typing name."""

    def __init__(self, origin, name):
        self.__origin__ = origin
        self._name = self.__name__ = name

    def __repr__(self):
        return "typing." + self._name

    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        return _Alias(self.__origin__, tuple(map(_convert, items)), "typing." + self._name)

    def __call__(self, *args, **kwds):
        raise TypeError(f"Type {self._name} cannot be instantiated; use {self.__origin__.__name__}() instead")

    def __mro_entries__(self, bases):
        return (self.__origin__,) if Generic in bases else (self.__origin__, Generic)

    def __instancecheck__(self, obj):
        return isinstance(obj, self.__origin__)

    def __subclasscheck__(self, cls):
        return issubclass(cls, self.__origin__)


class _AnyMeta(type):
    def __instancecheck__(self, obj):
        if self is Any:
            raise TypeError("typing.Any cannot be used with isinstance()")
        return super().__instancecheck__(obj)

    def __repr__(self):
        return "typing.Any" if self is Any else super().__repr__()


class Any(metaclass=_AnyMeta):
    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError("Any cannot be instantiated")
        return super().__new__(cls)


'''
