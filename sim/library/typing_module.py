"""The typing module as guest source: hints cost nothing at run time, but programs look at them, subscript them and derive from them."""

from __future__ import annotations

SOURCE = '''
import sys
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
                if isinstance(other, _Alias) and other is not self and isinstance(other.__origin__, type) and issubclass(other.__origin__, Generic):
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


class Generic:
    __slots__ = ()
    _is_protocol = False

    def __class_getitem__(cls, params):
        items = tuple(map(_convert, params if isinstance(params, tuple) else (params,)))
        if cls is Generic or cls is Protocol:
            if not all(isinstance(p, TypeVar) for p in items):
                raise TypeError(f"Parameters to {cls.__name__}[...] must all be type variables or parameter specification variables.")
            if len(set(items)) != len(items):
                raise TypeError(f"Parameters to {cls.__name__}[...] must all be unique")
            return _Alias(cls, items, "typing." + cls.__name__)
        wanted = getattr(cls, "__parameters__", ())
        if not wanted:
            raise TypeError(f"{cls} is not a generic class")
        if len(items) != len(wanted):
            word = "many" if len(items) > len(wanted) else "few"
            raise TypeError(f"Too {word} arguments for {cls}; actual {len(items)}, expected {len(wanted)}")
        return _Alias(cls, items, cls.__module__ + "." + cls.__qualname__)

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        given = cls.__dict__.get("__orig_bases__")
        if given is None:
            if Generic in cls.__bases__ and cls.__name__ != "Protocol":
                raise TypeError("Cannot inherit from plain Generic")
            given = ()
        found = []
        for base in given:
            for v in getattr(base, "__parameters__", ()) if isinstance(base, (_Alias, GenericAlias)) else ():
                if v not in found:
                    found.append(v)
        cls.__parameters__ = tuple(found)


def _protocol_names(cls):
    names = set()
    for base in cls.__mro__[:-1]:
        if base.__name__ in ("Protocol", "Generic"):
            continue
        hints = base.__dict__.get("__annotations__", None)
        if hints is None:
            hints = base.__annotations__ if "__annotate_func__" in base.__dict__ else {}
        for name in list(base.__dict__) + list(hints):
            if name not in _NOT_IN_PROTOCOLS and not name.startswith("_abc_"):
                names.add(name)
    return names


_NOT_IN_PROTOCOLS = frozenset({
    "__abstractmethods__", "__annotations__", "__dict__", "__doc__", "__init__", "__module__", "__new__", "__slots__", "__subclasshook__", "__weakref__",
    "__class_getitem__", "__match_args__", "__parameters__", "__orig_bases__", "_is_protocol", "_is_runtime_protocol", "__protocol_attrs__", "__annotate__",
    "__annotate_func__", "__annotations_cache__", "__static_attributes__", "__firstlineno__", "__orig_class__", "__init_subclass__", "__qualname__",
    "__classdictcell__", "__conditional_annotations__", "__non_callable_proto_members__",
})


class _ProtocolMeta(ABCMeta):
    def __instancecheck__(cls, instance):
        if cls is Protocol or not cls.__dict__.get("_is_protocol", False):
            return super().__instancecheck__(instance)
        if not cls.__dict__.get("_is_runtime_protocol", False):
            raise TypeError("Instance and class checks can only be used with @runtime_checkable protocols")
        if super().__instancecheck__(instance):
            return True
        return all(hasattr(instance, name) for name in _protocol_names(cls))

    def __subclasscheck__(cls, other):
        if cls is not Protocol and cls.__dict__.get("_is_protocol", False):
            if not isinstance(other, type):
                raise TypeError("issubclass() arg 1 must be a class")
            if not cls.__dict__.get("_is_runtime_protocol", False) and cls not in other.__mro__:
                raise TypeError("Instance and class checks can only be used with @runtime_checkable protocols")
            if cls in other.__mro__:
                return True
            return all(any(name in base.__dict__ for base in other.__mro__) for name in _protocol_names(cls))
        return super().__subclasscheck__(other)


def _no_init(self, *args, **kwargs):
    if type(self)._is_protocol:
        raise TypeError("Protocols cannot be instantiated")


class Protocol(Generic, metaclass=_ProtocolMeta):
    __slots__ = ()
    _is_protocol = True

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        if not cls.__dict__.get("_is_protocol", False):
            cls._is_protocol = any(b is Protocol for b in cls.__bases__)
        if cls._is_protocol and cls.__init__ is Protocol.__init__:
            cls.__init__ = _no_init
        elif not cls._is_protocol and cls.__init__ is _no_init:
            for base in cls.__mro__[1:]:
                init = base.__dict__.get("__init__", _no_init)
                if init is not _no_init:
                    cls.__init__ = init
                    break


def runtime_checkable(cls):
    if not (isinstance(cls, type) and getattr(cls, "_is_protocol", False)):
        raise TypeError("@runtime_checkable can be only applied to protocol classes, got %r" % cls)
    cls._is_runtime_protocol = True
    return cls


def _abstract(name, *methods):
    """An abstract class that recognizes whatever has the methods."""
    def __subclasshook__(cls, other):
        if cls is not made:
            return NotImplemented
        return all(any(method in base.__dict__ for base in other.__mro__) for method in methods) or NotImplemented
    made = ABCMeta(name, (), {"__module__": "collections.abc", "__subclasshook__": classmethod(__subclasshook__), "__slots__": ()})
    return made


_abc = {name: _abstract(name, *methods.split()) for name, methods in {
    "Hashable": "__hash__", "Iterable": "__iter__", "Iterator": "__iter__ __next__", "Reversible": "__iter__ __reversed__", "Sized": "__len__",
    "Container": "__contains__", "Callable": "__call__", "Collection": "__len__ __iter__ __contains__", "Generator": "send throw close __iter__ __next__",
    "Awaitable": "__await__", "Coroutine": "__await__ send throw close", "AsyncIterable": "__aiter__", "AsyncIterator": "__aiter__ __anext__",
}.items()}
for _name, _kinds in {"Sequence": (list, tuple, str, range, bytes), "MutableSequence": (list, bytearray), "Mapping": (dict,), "MutableMapping": (dict,),
                      "Set": (set, frozenset), "MutableSet": (set,), "KeysView": (), "ValuesView": (), "ItemsView": (), "ByteString": (bytes, bytearray)}.items():
    _abc[_name] = _abstract(_name, "<registered only>")
    for _kind in _kinds:
        _abc[_name].register(_kind)

List, Dict, Set, FrozenSet = _Special(list, "List"), _Special(dict, "Dict"), _Special(set, "Set"), _Special(frozenset, "FrozenSet")
Tuple, Type = _Special(tuple, "Tuple"), _Special(type, "Type")
Hashable, Iterable, Iterator, Reversible, Sized = (_Special(_abc[n], n) for n in ("Hashable", "Iterable", "Iterator", "Reversible", "Sized"))
Container, Collection, Generator = (_Special(_abc[n], n) for n in ("Container", "Collection", "Generator"))
Sequence, MutableSequence, Mapping, MutableMapping = (_Special(_abc[n], n) for n in ("Sequence", "MutableSequence", "Mapping", "MutableMapping"))
AbstractSet, MutableSet = _Special(_abc["Set"], "AbstractSet"), _Special(_abc["MutableSet"], "MutableSet")
KeysView, ValuesView, ItemsView = (_Special(_abc[n], n) for n in ("KeysView", "ValuesView", "ItemsView"))
Awaitable, Coroutine, AsyncIterable, AsyncIterator = (_Special(_abc[n], n) for n in ("Awaitable", "Coroutine", "AsyncIterable", "AsyncIterator"))

ClassVar, Final, NoReturn, Never, Self, LiteralString = map(_Form, ("ClassVar", "Final", "NoReturn", "Never", "Self", "LiteralString"))
TypeAlias, TypeGuard, TypeIs, Concatenate, Unpack = map(_Form, ("TypeAlias", "TypeGuard", "TypeIs", "Concatenate", "Unpack"))
Required, NotRequired, ReadOnly = map(_Form, ("Required", "NotRequired", "ReadOnly"))
Literal, Callable, Annotated = _LiteralForm("Literal"), _CallableForm("Callable"), _AnnotatedForm("Annotated")
if _union_is_builtin:
    Union = UnionType
    Optional = _OptionalForm("Optional")
else:
    Union, Optional = _UnionForm("Union"), _OptionalForm("Optional")
AnyStr = TypeVar("AnyStr", bytes, str)
Text = str


def _late(name):
    """DefaultDict and friends, made when somebody asks for them."""
    import collections
    return _Special(getattr(collections, {"DefaultDict": "defaultdict", "Deque": "deque"}.get(name, name)), name)


def __getattr__(name):
    if name in ("DefaultDict", "Deque", "Counter", "OrderedDict", "ChainMap"):
        globals()[name] = made = _late(name)
        return made
    raise AttributeError(f"module 'typing' has no attribute {name!r}")


def cast(typ, val):
    return val


def assert_type(val, typ, /):
    return val


def assert_never(arg, /):
    raise AssertionError(f"Expected code to be unreachable, but got: {arg!r}")


def _overload_dummy(*args, **kwds):
    raise NotImplementedError("You should not call an overloaded function. A series of @overload-decorated functions outside a stub module should always be "
                              "followed by an implementation that is not @overload-ed.")


def overload(func):
    return _overload_dummy


def final(f):
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


def override(method, /):
    try:
        method.__override__ = True
    except (AttributeError, TypeError):
        pass
    return method


def no_type_check(arg):
    return arg


class NewType(_Joinable):
    def __init__(self, name, tp):
        self.__name__ = self.__qualname__ = name
        self.__supertype__ = tp
        self.__module__ = "__main__"

    def __call__(self, x):
        return x

    def __repr__(self):
        return f"{self.__module__}.{self.__qualname__}"


def get_origin(tp):
    if isinstance(tp, _AnnotatedAlias):
        return Annotated
    if isinstance(tp, (_Alias, GenericAlias, _Special)):
        return tp.__origin__
    if isinstance(tp, UnionType):
        return UnionType
    if tp is Generic:
        return Generic
    return None


def get_args(tp):
    if isinstance(tp, _AnnotatedAlias):
        return (tp.__origin__,) + tp.__metadata__
    if isinstance(tp, _CallableAlias):
        *args, result = tp.__args__
        return (..., result) if args == [...] else (args, result)
    if isinstance(tp, (_Alias, GenericAlias, UnionType)):
        return tp.__args__
    return ()


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    def resolve(value, space):
        if value is None:
            return type(None)
        if isinstance(value, str):
            value = eval(value, space)
            return type(None) if value is None else value
        return value
    if isinstance(obj, type):
        hints = {}
        for base in reversed(obj.__mro__):
            space = globalns or getattr(sys.modules.get(base.__module__), "__dict__", {})
            own = base.__dict__.get("__annotations__")
            if own is None:
                own = base.__annotations__ if "__annotate_func__" in base.__dict__ else {}
            for name, value in own.items():
                hints[name] = resolve(value, dict(space))
        return hints
    space = globalns or getattr(obj, "__globals__", None) or getattr(obj, "__dict__", {})
    return {name: resolve(value, dict(space)) for name, value in obj.__annotations__.items()}


class _NamedTupleMaker:
    """`class Point(NamedTuple)`: the class is a namedtuple with the body's methods."""

    def __call__(self, typename, fields=(), /, **kwargs):
        import collections
        pairs = list(fields) or list(kwargs.items())
        made = collections.namedtuple(typename, [name for name, _ in pairs], module=sys._getframe(1).f_globals.get("__name__", "__main__"))
        made.__annotations__ = dict(pairs)
        return made

    def __mro_entries__(self, bases):
        return (_NamedTuple,)

    def __repr__(self):
        return "<function NamedTuple>"


class _NamedTupleMeta(type):
    def __new__(cls, typename, bases, ns):
        import collections
        if bases == ():
            return super().__new__(cls, typename, bases, ns)
        hints = ns.get("__annotations__")
        if hints is None:
            annotate = ns.get("__annotate_func__") or ns.get("__annotate__")
            hints = annotate(1) if annotate is not None else {}
        defaults = []
        for name in hints:
            if name in ns:
                defaults.append(name)
            elif defaults:
                raise TypeError(f"Non-default namedtuple field {name} cannot follow default field{'s' if len(defaults) > 1 else ''} {', '.join(defaults)}")
        made = collections.namedtuple(typename, list(hints), defaults=[ns[name] for name in defaults], module=ns["__module__"])
        made.__annotations__ = dict(hints)
        for key in ns:
            if key in ("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults", "_field_types", "_make", "_replace", "_asdict", "_source"):
                raise AttributeError("Cannot overwrite NamedTuple attribute " + key)
            if key not in ("__module__", "__name__", "__annotations__", "__annotate__", "__annotate_func__", "__orig_bases__", "__static_attributes__",
                           "__firstlineno__", "__classdictcell__", "__qualname__") and key not in made._fields:
                setattr(made, key, ns[key])
        if ns.get("__doc__"):
            made.__doc__ = ns["__doc__"]
        return made


NamedTuple = _NamedTupleMaker()
_NamedTuple = type.__new__(_NamedTupleMeta, "NamedTuple", (), {})


class _TypedDictMeta(type):
    def __new__(cls, name, bases, ns, total=True):
        made = type.__new__(_TypedDictMeta, name, (dict,), ns)
        hints = {}
        for base in bases:
            hints.update(base.__dict__.get("_hints", {}))
        own = ns.get("__annotations__")
        if own is None:
            annotate = ns.get("__annotate_func__") or ns.get("__annotate__")
            own = annotate(1) if annotate is not None else {}
        hints.update(own)
        made._hints = hints
        made.__annotations__ = hints
        made.__total__ = total
        made.__required_keys__ = frozenset(hints if total else ())
        made.__optional_keys__ = frozenset(() if total else hints)
        return made

    def __call__(cls, /, *args, **kwargs):
        return dict(*args, **kwargs)

    def __instancecheck__(cls, obj):
        raise TypeError("TypedDict does not support instance and class checks")

    __subclasscheck__ = __instancecheck__


class _TypedDictMaker:
    def __call__(self, typename, fields=None, /, *, total=True):
        return _TypedDictMeta(typename, (), {"__annotations__": dict(fields or {}), "__module__": sys._getframe(1).f_globals.get("__name__")}, total=total)

    def __mro_entries__(self, bases):
        return (_TypedDict,)


TypedDict = _TypedDictMaker()
_TypedDict = type.__new__(_TypedDictMeta, "TypedDict", (), {})
_TypedDict._hints = {}


class SupportsInt(Protocol):
    def __int__(self): ...


class SupportsFloat(Protocol):
    def __float__(self): ...


class SupportsAbs(Protocol):
    def __abs__(self): ...


class SupportsIndex(Protocol):
    def __index__(self): ...


for _name in (SupportsInt, SupportsFloat, SupportsAbs, SupportsIndex):
    runtime_checkable(_name)
del _name, _kind, _kinds
'''

SOURCES = {"typing": SOURCE}
