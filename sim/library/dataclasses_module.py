"""The dataclasses module as guest source. As CPython's, it writes the text of `__init__`, `__eq__` and the others and runs it,
so counts follow by themselves.
"""

from __future__ import annotations

SOURCE = '''
import sys
from abc import update_abstractmethods
from types import GenericAlias


class FrozenInstanceError(AttributeError):
    pass


class _Missing:
    pass


class _Factory:
    def __repr__(self):
        return "<factory>"


class _KwOnly:
    pass


MISSING = _Missing()
KW_ONLY = _KwOnly()
_HAS_DEFAULT_FACTORY = _Factory()
_new_eq = sys.version_info >= (3, 13)


class InitVar:
    __slots__ = ("type",)

    def __init__(self, type):
        self.type = type

    def __repr__(self):
        return "dataclasses.InitVar[" + (self.type.__name__ if isinstance(self.type, type) else repr(self.type)) + "]"

    def __class_getitem__(cls, type):
        return InitVar(type)


class Field:
    __slots__ = ("name", "type", "default", "default_factory", "repr", "hash", "init", "compare", "metadata", "kw_only", "_kind")

    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only):
        self.name = self.type = None
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.hash, self.compare = init, repr, hash, compare
        self.metadata = {} if metadata is None else metadata
        self.kw_only = kw_only
        self._kind = None

    def __repr__(self):
        return (f"Field(name={self.name!r},type={self.type!r},default={self.default!r},default_factory={self.default_factory!r},"
                f"init={self.init!r},repr={self.repr!r},hash={self.hash!r},compare={self.compare!r},metadata=mappingproxy({self.metadata!r}),"
                f"kw_only={self.kw_only!r},_field_type={self._kind})")

    def __set_name__(self, owner, name):
        func = getattr(type(self.default), "__set_name__", None)
        if func:
            func(self.default, owner, name)


def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=MISSING):
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only)


def _is_kind(annotation, cls, name):
    """Whether an annotation, or its text, says ClassVar, InitVar or KW_ONLY."""
    if isinstance(annotation, str):
        text = annotation.split("[")[0].strip()
        return text == name or text.endswith("." + name)
    if name == "ClassVar":
        typing = sys.modules.get("typing")
        return typing is not None and (annotation is typing.ClassVar or getattr(annotation, "__origin__", None) is typing.ClassVar)
    if name == "InitVar":
        return annotation is InitVar or type(annotation) is InitVar
    return annotation is KW_ONLY


def _get_field(cls, name, type, default_kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        f = default
    else:
        if hasattr(default, "__get__") and default.__class__.__name__ == "member_descriptor":
            default = MISSING
        f = field(default=default)
    f.name, f.type = name, type
    f._kind = "_FIELD"
    if _is_kind(type, cls, "ClassVar"):
        f._kind = "_FIELD_CLASSVAR"
    elif _is_kind(type, cls, "InitVar"):
        f._kind = "_FIELD_INITVAR"
    if f._kind != "_FIELD":
        if f.default_factory is not MISSING:
            raise TypeError(f"field {f.name} cannot have a default factory")
    if f._kind != "_FIELD_CLASSVAR":
        if f.kw_only is MISSING:
            f.kw_only = default_kw_only
    elif f.kw_only is not MISSING:
        raise TypeError(f"field {f.name} is a ClassVar but specifies kw_only")
    if f._kind == "_FIELD" and f.default.__class__.__hash__ is None:
        raise ValueError(f"mutable default {f.default.__class__} for field {f.name} is not allowed: use default_factory")
    return f


def _annotations_of(cls):
    own = cls.__dict__
    if "__annotations__" in own:
        return own["__annotations__"]
    if "__annotate_func__" in own:
        return cls.__annotations__
    return {}


def _globals_of(cls):
    module = sys.modules.get(cls.__module__)
    return module.__dict__ if module is not None else {}


def _create_fn(cls, name, args, body, values, return_type=None):
    """A function from its text; `values` are names that the text may use besides the module's globals."""
    hint = "->_return_type" if return_type is not None else ""
    lines = ["def _create(" + ", ".join(values) + "):", " def " + name + "(" + ",".join(args) + ")" + hint + ":"]
    lines += ["  " + line for line in body]
    lines.append(" return " + name)
    made = {}
    exec("\\n".join(lines), _globals_of(cls), made)
    function = made["_create"](**values)
    function.__qualname__ = cls.__qualname__ + "." + name
    return function


def _init_parameter(f):
    if f.default is MISSING and f.default_factory is MISSING:
        default = ""
    elif f.default is not MISSING:
        default = "=_dflt_" + f.name
    else:
        default = "=_HAS_DEFAULT_FACTORY"
    return f"{f.name}:_type_{f.name}{default}"


def _assign(frozen, name, value, self_name):
    if frozen:
        return f"_object.__setattr__({self_name},{name!r},{value})"
    return f"{self_name}.{name}={value}"


def _make_init(cls, fields, std, kw, frozen, has_post_init, self_name, slots):
    seen_default = None
    for f in std:
        if f.init:
            if not (f.default is MISSING and f.default_factory is MISSING):
                seen_default = f
            elif seen_default:
                after = f" follows default argument {seen_default.name!r}" if _new_eq else " follows default argument"
                raise TypeError(f"non-default argument {f.name!r}{after}")
    values = {"_type_" + f.name: f.type for f in fields}
    values.update({"_HAS_DEFAULT_FACTORY": _HAS_DEFAULT_FACTORY, "_object": object, "_return_type": None})
    body = []
    for f in fields:
        default_name = "_dflt_" + f.name
        if f.default_factory is not MISSING:
            values[default_name] = f.default_factory
            value = f"{default_name}() if {f.name} is _HAS_DEFAULT_FACTORY else {f.name}" if f.init else f"{default_name}()"
        elif f.init:
            if f.default is not MISSING:
                values[default_name] = f.default
            value = f.name
        elif slots and f.default is not MISSING:
            values[default_name] = f.default
            value = default_name
        else:
            continue
        if f._kind != "_FIELD_INITVAR":
            body.append(_assign(frozen, f.name, value, self_name))
    if has_post_init:
        body.append(f"{self_name}.__post_init__({','.join(f.name for f in fields if f._kind == '_FIELD_INITVAR')})")
    if not body:
        body = ["pass"]
    parameters = [_init_parameter(f) for f in std if f.init]
    if any(f.init for f in kw):
        parameters += ["*"] + [_init_parameter(f) for f in kw if f.init]
    made = _create_fn(cls, "__init__", [self_name] + parameters, body, values, "None")
    return made


def _tuple_text(name, fields):
    return "(" + ",".join(f"{name}.{f.name}" for f in fields) + ",)" if fields else "()"


def _make_repr(cls, fields):
    running = set()
    text = "self.__class__.__qualname__ + f\\"(" + ", ".join(f"{f.name}={{self.{f.name}!r}}" for f in fields) + ")\\""
    inner = _create_fn(cls, "__repr__", ["self"], ["return " + text], {})

    def __repr__(self):
        key = id(self)
        if key in running:
            return "..."
        running.add(key)
        try:
            return inner(self)
        finally:
            running.discard(key)
    __repr__.__qualname__ = cls.__qualname__ + ".__repr__"
    __repr__.__module__ = cls.__module__
    return __repr__


def _make_eq(cls, fields):
    if _new_eq:
        terms = [f"self.{f.name}==other.{f.name}" for f in fields]
        body = ["if self is other:", " return True", "if other.__class__ is self.__class__:",
            " return " + (" and ".join(terms) or "True"), "return NotImplemented"]
    else:
        answer = f" return {_tuple_text('self', fields)}=={_tuple_text('other', fields)}"
        body = ["if other.__class__ is self.__class__:", answer, "return NotImplemented"]
    return _create_fn(cls, "__eq__", ["self", "other"], body, {})


def _make_order(cls, name, op, fields):
    answer = f" return {_tuple_text('self', fields)}{op}{_tuple_text('other', fields)}"
    body = ["if other.__class__ is self.__class__:", answer, "return NotImplemented"]
    return _create_fn(cls, name, ["self", "other"], body, {})


def _make_frozen(cls, fields):
    names = "(" + ",".join(repr(f.name) for f in fields) + ",)" if fields else "()"
    condition = "type(self) is cls" + (f" or name in {names}" if fields else "")
    values = {"cls": cls, "FrozenInstanceError": FrozenInstanceError}
    setter = ["if " + condition + ":", " raise FrozenInstanceError(f\\"cannot assign to field {name!r}\\")",
        "super(cls, self).__setattr__(name, value)"]
    deleter = ["if " + condition + ":", " raise FrozenInstanceError(f\\"cannot delete field {name!r}\\")",
        "super(cls, self).__delattr__(name)"]
    return _create_fn(cls, "__setattr__", ["self", "name", "value"], setter, values), _create_fn(cls, "__delattr__", ["self", "name"],
        deleter, values)


def _set_new(cls, name, value):
    if name in cls.__dict__:
        return True
    setattr(cls, name, value)
    return False


def _format_annotation(annotation, module):
    if getattr(annotation, "__module__", None) == "typing" and not isinstance(annotation, type):
        return repr(annotation).replace("typing.", "")
    if isinstance(annotation, GenericAlias):
        return str(annotation)
    if isinstance(annotation, type):
        if annotation.__module__ in ("builtins", module):
            return annotation.__qualname__
        return annotation.__module__ + "." + annotation.__qualname__
    return repr(annotation)


def _signature(cls, std, kw):
    def one(f):
        text = f"{f.name}: {_format_annotation(f.type, cls.__module__)}"
        if f.default is not MISSING:
            text += f" = {f.default!r}"
        elif f.default_factory is not MISSING:
            text += " = <factory>"
        return text
    parts = [one(f) for f in std if f.init]
    kw = [one(f) for f in kw if f.init]
    if kw:
        parts += ["*"] + kw
    return cls.__name__ + "(" + ", ".join(parts) + ")"


def _process_class(cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot):
    fields = {}
    any_frozen_base = has_bases = False
    all_frozen = None
    for b in cls.__mro__[-1:0:-1]:
        base_fields = b.__dict__.get("__dataclass_fields__")
        if base_fields is not None:
            has_bases = True
            for f in base_fields.values():
                fields[f.name] = f
            if all_frozen is None:
                all_frozen = True
            all_frozen = all_frozen and b.__dataclass_params__.frozen
            any_frozen_base = any_frozen_base or b.__dataclass_params__.frozen
    own = []
    kw_only_seen = False
    for name, type_ in _annotations_of(cls).items():
        if _is_kind(type_, cls, "KW_ONLY"):
            if kw_only_seen:
                raise TypeError(f"{name!r} is KW_ONLY, but KW_ONLY has already been specified")
            kw_only_seen = True
            kw_only = True
        else:
            own.append(_get_field(cls, name, type_, kw_only))
    for f in own:
        fields[f.name] = f
        if isinstance(getattr(cls, f.name, None), Field):
            if f.default is MISSING:
                delattr(cls, f.name)
            else:
                setattr(cls, f.name, f.default)
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, Field) and name not in _annotations_of(cls):
            raise TypeError(f"{name!r} is a field but has no type annotation")
    if has_bases:
        if any_frozen_base and not frozen:
            raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
        if all_frozen is False and frozen:
            raise TypeError("cannot inherit frozen dataclass from a non-frozen one")
    setattr(cls, "__dataclass_fields__", fields)
    setattr(cls, "__dataclass_params__", _Params(init, repr, eq, order, unsafe_hash, frozen))
    class_hash = cls.__dict__.get("__hash__", MISSING)
    has_explicit_hash = not (class_hash is MISSING or (class_hash is None and "__eq__" in cls.__dict__))
    if order and not eq:
        raise ValueError("eq must be true if order is true")
    all_init = [f for f in fields.values() if f._kind in ("_FIELD", "_FIELD_INITVAR")]
    std = [f for f in all_init if f.init and not f.kw_only]
    kw = [f for f in all_init if f.init and f.kw_only]
    if init:
        self_name = "__dataclass_self__" if "self" in fields else "self"
        _set_new(cls, "__init__", _make_init(cls, all_init, std, kw, frozen, hasattr(cls, "__post_init__"), self_name, slots))
    if "__replace__" not in cls.__dict__ and sys.version_info >= (3, 13):
        cls.__replace__ = _replace
    real = [f for f in fields.values() if f._kind == "_FIELD"]
    if repr:
        _set_new(cls, "__repr__", _make_repr(cls, [f for f in real if f.repr]))
    compared = [f for f in real if f.compare]
    if eq:
        _set_new(cls, "__eq__", _make_eq(cls, compared))
    if order:
        for name, op in (("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
            if _set_new(cls, name, _make_order(cls, name, op, compared)):
                raise TypeError(f"Cannot overwrite attribute {name} in class {cls.__name__}. Consider using functools.total_ordering")
    if frozen:
        for fn in _make_frozen(cls, real):
            if _set_new(cls, fn.__name__, fn):
                raise TypeError(f"Cannot overwrite attribute {fn.__name__} in class {cls.__name__}")
    hashed = [f for f in real if (f.compare if f.hash is None else f.hash)]
    if unsafe_hash:
        if has_explicit_hash:
            raise TypeError(f"Cannot overwrite attribute __hash__ in class {cls.__name__}")
        cls.__hash__ = _create_fn(cls, "__hash__", ["self"], [f"return hash({_tuple_text('self', hashed)})"], {})
    elif eq and not has_explicit_hash:
        if frozen:
            cls.__hash__ = _create_fn(cls, "__hash__", ["self"], [f"return hash({_tuple_text('self', hashed)})"], {})
        else:
            cls.__hash__ = None
    if not getattr(cls, "__doc__"):
        cls.__doc__ = _signature(cls, std, kw)
    if match_args:
        _set_new(cls, "__match_args__", tuple(f.name for f in std))
    if weakref_slot and not slots:
        raise TypeError("weakref_slot is True but slots is False")
    if slots:
        cls = _add_slots(cls, frozen, weakref_slot, [f.name for f in real])
    update_abstractmethods(cls)
    return cls


class _Params:
    __slots__ = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")

    def __init__(self, init, repr, eq, order, unsafe_hash, frozen):
        self.init, self.repr, self.eq, self.order, self.unsafe_hash, self.frozen = init, repr, eq, order, unsafe_hash, frozen

    def __repr__(self):
        return "_DataclassParams(" + ",".join(f"{n}={getattr(self, n)!r}" for n in self.__slots__) + ")"


def _add_slots(cls, frozen, weakref_slot, names):
    """A class like `cls` whose instances keep the fields in slots."""
    if "__slots__" in cls.__dict__:
        raise TypeError(f"{cls.__name__} already specifies __slots__")
    inherited = {name for base in cls.__mro__[1:-1] for name in base.__dict__.get("__slots__", ())}
    namespace = dict(cls.__dict__)
    namespace["__slots__"] = tuple(name for name in names if name not in inherited) + (("__weakref__",) if weakref_slot else ())
    for name in names:
        namespace.pop(name, None)
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    qualname = getattr(cls, "__qualname__", None)
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    if qualname is not None:
        made.__qualname__ = qualname
    for member in made.__dict__.values():
        function = getattr(member, "__func__", member)
        function = getattr(function, "fget", function)
        for cell in getattr(function, "__closure__", None) or ():
            try:
                if cell.cell_contents is cls:
                    cell.cell_contents = made
            except ValueError:
                pass
    return made


def dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False,
    slots=False, weakref_slot=False):
    def wrap(cls):
        return _process_class(cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot)
    return wrap if cls is None else wrap(cls)


def fields(class_or_instance):
    try:
        found = getattr(class_or_instance, "__dataclass_fields__")
    except AttributeError:
        raise TypeError("must be called with a dataclass type or instance") from None
    return tuple(f for f in found.values() if f._kind == "_FIELD")


def is_dataclass(obj):
    cls = obj if isinstance(obj, type) else type(obj)
    return hasattr(cls, "__dataclass_fields__")


def _is_instance(obj):
    return hasattr(type(obj), "__dataclass_fields__")


def asdict(obj, *, dict_factory=dict):
    if not _is_instance(obj):
        raise TypeError("asdict() should be called on dataclass instances")
    return _asdict_inner(obj, dict_factory)


def _asdict_inner(obj, dict_factory):
    if _is_instance(obj):
        return dict_factory([(f.name, _asdict_inner(getattr(obj, f.name), dict_factory)) for f in fields(obj)])
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return type(obj)(*[_asdict_inner(v, dict_factory) for v in obj])
    if isinstance(obj, (list, tuple)):
        return type(obj)([_asdict_inner(v, dict_factory) for v in obj])
    if isinstance(obj, dict):
        if hasattr(type(obj), "default_factory"):
            result = type(obj)(getattr(obj, "default_factory"))
            for k, v in obj.items():
                result[_asdict_inner(k, dict_factory)] = _asdict_inner(v, dict_factory)
            return result
        return type(obj)((_asdict_inner(k, dict_factory), _asdict_inner(v, dict_factory)) for k, v in obj.items())
    return _copied(obj)


def _copied(obj):
    if type(obj) in (int, float, str, bool, bytes, complex, type(None), type(...)):
        return obj
    import copy
    return copy.deepcopy(obj)


def astuple(obj, *, tuple_factory=tuple):
    if not _is_instance(obj):
        raise TypeError("astuple() should be called on dataclass instances")
    return _astuple_inner(obj, tuple_factory)


def _astuple_inner(obj, tuple_factory):
    if _is_instance(obj):
        return tuple_factory([_astuple_inner(getattr(obj, f.name), tuple_factory) for f in fields(obj)])
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return type(obj)(*[_astuple_inner(v, tuple_factory) for v in obj])
    if isinstance(obj, (list, tuple)):
        return type(obj)([_astuple_inner(v, tuple_factory) for v in obj])
    if isinstance(obj, dict):
        return type(obj)((_astuple_inner(k, tuple_factory), _astuple_inner(v, tuple_factory)) for k, v in obj.items())
    return _copied(obj)


def replace(obj, /, **changes):
    if not _is_instance(obj):
        raise TypeError("replace() should be called on dataclass instances")
    return _replace(obj, **changes)


def _replace(self, /, **changes):
    for f in self.__dataclass_fields__.values():
        if f._kind == "_FIELD_CLASSVAR":
            continue
        if not f.init:
            if f.name in changes:
                message = f"field {f.name} is declared with init=False, it cannot be specified with replace()"
                raise (TypeError if sys.version_info >= (3, 13) else ValueError)(message)
            continue
        if f.name not in changes:
            if f._kind == "_FIELD_INITVAR" and f.default is MISSING:
                raise (TypeError if sys.version_info >= (3, 13) else ValueError)(f"InitVar {f.name!r} must be specified with replace()")
            changes[f.name] = getattr(self, f.name)
    return self.__class__(**changes)


def make_dataclass(cls_name, fields, *, bases=(), namespace=None, module=None, **options):
    namespace = dict(namespace or {})
    annotations = {}
    for item in fields:
        if isinstance(item, str):
            name, kind = item, "typing.Any"
        elif len(item) == 2:
            name, kind = item
        elif len(item) == 3:
            name, kind, namespace[item[0]] = item
        else:
            raise TypeError(f"Invalid field: {item!r}")
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"Field names must be valid identifiers: {name!r}")
        if name in annotations:
            raise TypeError(f"Field name duplicated: {name!r}")
        annotations[name] = kind
    namespace["__annotations__"] = annotations
    namespace.setdefault("__module__", module or "types")
    return dataclass(type(cls_name, bases, namespace), **options)
'''

SOURCES = {"dataclasses": SOURCE}
