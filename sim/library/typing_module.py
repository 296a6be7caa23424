"""The typing module as guest source: hints cost nothing at run time, but programs look at them, subscript them and derive from them."""

from __future__ import annotations

from sim.library.typing_forms import FORMS

CLASSES = '''class Generic:
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
    "__abstractmethods__", "__annotations__", "__dict__", "__doc__", "__init__", "__module__", "__new__", "__slots__", "__subclasshook__",
    "__weakref__",
    "__class_getitem__", "__match_args__", "__parameters__", "__orig_bases__", "_is_protocol", "_is_runtime_protocol",
    "__protocol_attrs__", "__annotate__",
    "__annotate_func__", "__annotations_cache__", "__static_attributes__", "__firstlineno__", "__orig_class__", "__init_subclass__",
    "__qualname__",
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


import collections.abc
_abc = collections.abc.__dict__

List, Dict, Set, FrozenSet = _Special(list, "List"), _Special(dict, "Dict"), _Special(set, "Set"), _Special(frozenset, "FrozenSet")
Tuple, Type = _Special(tuple, "Tuple"), _Special(type, "Type")
Hashable, Iterable, Iterator, Reversible, Sized = (_Special(_abc[n], n) for n in ("Hashable", "Iterable", "Iterator", "Reversible",
    "Sized"))
Container, Collection, Generator = (_Special(_abc[n], n) for n in ("Container", "Collection", "Generator"))
Sequence, MutableSequence, Mapping, MutableMapping = (_Special(_abc[n], n) for n in ("Sequence", "MutableSequence", "Mapping",
    "MutableMapping"))
AbstractSet, MutableSet = _Special(_abc["Set"], "AbstractSet"), _Special(_abc["MutableSet"], "MutableSet")
KeysView, ValuesView, ItemsView = (_Special(_abc[n], n) for n in ("KeysView", "ValuesView", "ItemsView"))
Awaitable, Coroutine, AsyncIterable, AsyncIterator = (_Special(_abc[n], n) for n in ("Awaitable", "Coroutine", "AsyncIterable",
    "AsyncIterator"))

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
    raise NotImplementedError("You should not call an overloaded function. A series of @overload-decorated functions outside a stub module "
                              "should always be followed by an implementation that is not @overload-ed.")


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
                plural = "s" if len(defaults) > 1 else ""
                raise TypeError(f"Non-default namedtuple field {name} cannot follow default field{plural} {', '.join(defaults)}")
        made = collections.namedtuple(typename, list(hints), defaults=[ns[name] for name in defaults], module=ns["__module__"])
        made.__annotations__ = dict(hints)
        for key in ns:
            if key in ("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults", "_field_types", "_make",
                "_replace", "_asdict", "_source"):
                raise AttributeError("Cannot overwrite NamedTuple attribute " + key)
            if key not in ("__module__", "__name__", "__annotations__", "__annotate__", "__annotate_func__", "__orig_bases__",
                "__static_attributes__",
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
        return _TypedDictMeta(typename, (), {"__annotations__": dict(fields or {}),
            "__module__": sys._getframe(1).f_globals.get("__name__")}, total=total)

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
del _name
'''

SOURCES = {"typing": FORMS + CLASSES}
