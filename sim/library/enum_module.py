"""The enum module as guest source: members are made once when the class is, and looked up by value and by name."""

from __future__ import annotations

SOURCE = '''
import sys

_version = sys.version_info[:2]


class auto:
    def __init__(self, value=None):
        self.value = value


class nonmember:
    def __init__(self, value):
        self.value = value


class member:
    def __init__(self, value):
        self.value = value


class property:
    """An attribute of members that the class itself does not have."""

    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget, self.fset, self.fdel = fget, fset, fdel
        self.name = None

    def __get__(self, instance, ownerclass=None):
        if instance is None:
            if self.name in ownerclass._member_map_:
                return ownerclass._member_map_[self.name]
            raise AttributeError(f"{ownerclass!r} has no attribute {self.name!r}")
        return self.fget(instance)

    def __set__(self, instance, value):
        if self.fset is None:
            raise AttributeError(f"<enum {instance.__class__.__name__!r}> cannot set attribute {self.name!r}")
        return self.fset(instance, value)

    def __set_name__(self, ownerclass, name):
        self.name = name

    def setter(self, fset):
        self.fset = fset
        return self


def _is_descriptor(obj):
    return hasattr(type(obj), "__get__") or hasattr(type(obj), "__set__") or hasattr(type(obj), "__delete__")


def _is_dunder(name):
    return len(name) > 4 and name[:2] == name[-2:] == "__" and name[2] != "_" and name[-3] != "_"


def _is_sunder(name):
    return len(name) > 2 and name[0] == name[-1] == "_" and name[1] != "_" and name[-2] != "_"


def _is_private(cls_name, name):
    return name.startswith("_" + cls_name.lstrip("_") + "__") and not name.endswith("__")


class EnumDict(dict):
    def __init__(self, cls_name=None):
        super().__init__()
        self._cls_name = cls_name
        self._member_names = {}
        self._last_values = []
        self._ignore = []
        self._auto_called = False

    def __setitem__(self, key, value):
        if _is_private(self._cls_name or "", key) or _is_dunder(key):
            pass
        elif _is_sunder(key):
            if key not in ("_order_", "_generate_next_value_", "_numeric_repr_", "_missing_", "_ignore_", "_iter_member_",
                "_iter_member_by_value_",
                           "_iter_member_by_def_", "_add_alias_", "_add_value_alias_"):
                raise ValueError(f"_sunder_ names, such as {key!r}, are reserved for future Enum use")
            if key == "_generate_next_value_":
                self._generate = value.__func__ if isinstance(value, staticmethod) else value
            elif key == "_ignore_":
                self._ignore = value.replace(",", " ").split() if isinstance(value, str) else list(value)
        elif key in self._member_names:
            raise TypeError(f"{key!r} already defined as {self[key]!r}")
        elif key in self._ignore:
            pass
        elif isinstance(value, nonmember):
            value = value.value
        elif _is_descriptor(value) and not isinstance(value, (member, auto)) :
            pass
        else:
            if key in self:
                raise TypeError(f"{key!r} already defined as {self[key]!r}")
            if isinstance(value, member):
                value = value.value
            value = self._resolve(key, value)
            self._member_names[key] = None
            self._last_values.append(value)
        super().__setitem__(key, value)

    def _resolve(self, key, value):
        if isinstance(value, auto):
            if value.value is None:
                value.value = self._generate(key, 1, len(self._member_names), self._last_values[:])
            return value.value
        if type(value) is tuple and any(isinstance(v, auto) for v in value):
            return tuple(self._resolve(key, v) for v in value)
        return value

    @builtins_property
    def member_names(self):
        return list(self._member_names)


def _data_type(bases):
    """The built-in type that the members are instances of besides Enum, or object."""
    for chain in bases:
        for base in chain.__mro__:
            if base is object or isinstance(base, EnumType):
                continue
            if "__new__" in base.__dict__ or base.__module__ == "builtins":
                return base
    return object


class EnumType(type):
    @classmethod
    def __prepare__(metacls, cls, bases, **kwds):
        metacls._check_for_existing_members_(cls, bases)
        enum_dict = EnumDict(cls)
        first = metacls._first_enum(bases)
        enum_dict._generate = first._generate_next_value_ if first is not None else None
        if first is not None:
            dict.__setitem__(enum_dict, "_generate_next_value_", _inherited(first, "_generate_next_value_"))
        return enum_dict

    def __new__(metacls, cls, bases, classdict, *, boundary=None, _simple=False, **kwds):
        if not isinstance(classdict, EnumDict):
            plain, classdict = classdict, metacls.__prepare__(cls, bases)
            for key, value in plain.items():
                classdict[key] = value
        names = list(classdict._member_names)
        values = {name: classdict[name] for name in names}
        for name in classdict._ignore:
            classdict.pop(name, None)
        for name in names:
            dict.pop(classdict, name)
        classdict.pop("_ignore_", None)
        for bad in {"mro"} & set(names):
            raise ValueError(f"invalid enum member name(s) {bad!r}")
        body = dict(classdict)
        body["_member_names_"] = []
        body["_member_map_"] = {}
        body["_value2member_map_"] = {}
        body["_unhashable_values_"] = []
        first = metacls._first_enum(bases)
        data_type = _data_type(bases)
        body["_member_type_"] = data_type
        body["_boundary_"] = boundary or getattr(first, "_boundary_", None)
        new_member = body.get("__new__")
        if new_member is _enum_new:
            new_member = None
        if new_member is not None:
            body["_new_member_"] = new_member
        body["__new__"] = _enum_new
        made = super().__new__(metacls, cls, bases, body, **kwds)
        custom = new_member or next((base.__dict__["_new_member_"] for base in made.__mro__[1:] if "_new_member_" in base.__dict__), None)
        custom = getattr(custom, "__func__", custom)
        if issubclass(made, Flag) if Flag is not None else False:
            made._flag_mask_ = made._all_bits_ = made._singles_mask_ = 0
        for position, name in enumerate(names):
            metacls._add(made, name, values[name], custom, data_type, position)
        if Flag is not None and issubclass(made, Flag):
            made._all_bits_ = 2 ** made._flag_mask_.bit_length() - 1
        if Enum is not None:
            for name in ("__repr__", "__str__", "__format__", "__reduce_ex__"):
                if name in body:
                    continue
                inherited = getattr(made, name)
                if name != "__reduce_ex__" and inherited is getattr(data_type, name, None) and inherited is not getattr(first, name):
                    setattr(made, name, getattr(first, name))
        return made

    def _add(cls, name, value, custom, data_type, position):
        args = value if isinstance(value, tuple) else (value,)
        if data_type is tuple:
            args = (args,)
        if custom is not None:
            one = custom(cls, *args)
            if not hasattr(one, "_value_"):
                one._value_ = value if data_type is object else data_type(*args)
        elif data_type is object:
            one = object.__new__(cls)
            one._value_ = value
        else:
            one = data_type.__new__(cls, *args)
            one._value_ = data_type(*args) if data_type.__module__ == "builtins" else value
        value = one._value_
        one._name_ = name
        one.__objclass__ = cls
        if type(cls).__dict__ is not None and "__init__" in _own_names(cls):
            one.__init__(*args)
        one._sort_order_ = len(cls._member_names_)
        canonical = None
        try:
            canonical = cls._value2member_map_.get(value)
        except TypeError:
            for other in cls._member_map_.values():
                if other._value_ == value:
                    canonical = other
        if canonical is not None:
            one = canonical
        else:
            plain = True
            if Flag is not None and issubclass(cls, Flag) and isinstance(value, int):
                plain = value > 0 and value & (value - 1) == 0
                if plain:
                    cls._singles_mask_ |= value
                cls._flag_mask_ |= value
            if plain:
                cls._member_names_.append(name)
        type.__setattr__(cls, name, one) if not isinstance(_inherited(cls, name), property) else None
        cls._member_map_[name] = one
        try:
            cls._value2member_map_.setdefault(value, one)
        except TypeError:
            cls._unhashable_values_.append(value)

    def __bool__(cls):
        return True

    def __call__(cls, value, names=None, *values, module=None, qualname=None, type=None, start=1, boundary=None):
        if cls._member_map_:
            if names is not None:
                value = (value, names) + values
            return cls.__new__(cls, value)
        if names is None and type is None:
            return cls.__new__(cls, value)
        return cls._create_(value, names, module=module, qualname=qualname, type=type, start=start)

    def _create_(cls, class_name, names, *, module=None, qualname=None, type=None, start=1, boundary=None):
        metacls = cls.__class__
        bases = (cls,) if type is None else (type, cls)
        classdict = metacls.__prepare__(class_name, bases)
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
            given, names, last = names, [], []
            for count, name in enumerate(given):
                value = classdict._generate(name, start, count, last[:])
                last.append(value)
                names.append((name, value))
        if isinstance(names, dict):
            names = list(names.items())
        for name, value in names:
            classdict[name] = value
        classdict["__module__"] = module or sys._getframe(2).f_globals["__name__"]
        return metacls.__new__(metacls, class_name, bases, classdict)

    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        if _version < (3, 12):
            if not isinstance(value, Enum):
                kinds = type(value).__qualname__, cls.__class__.__qualname__
                raise TypeError("unsupported operand type(s) for 'in': '%s' and '%s'" % kinds)
            return False
        try:
            return value in cls._value2member_map_
        except TypeError:
            return value in cls._unhashable_values_

    def __delattr__(cls, attr):
        if attr in cls._member_map_:
            raise AttributeError(f"{cls.__name__!r} cannot delete member {attr!r}.")
        super().__delattr__(attr)

    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_member_map_", {}):
            raise AttributeError(f"cannot reassign member {name!r}")
        super().__setattr__(name, value)

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __iter__(cls):
        return (cls._member_map_[name] for name in cls._member_names_)

    def __reversed__(cls):
        return (cls._member_map_[name] for name in reversed(cls._member_names_))

    def __len__(cls):
        return len(cls._member_names_)

    @builtins_property
    def __members__(cls):
        from types import MappingProxyType
        return MappingProxyType(cls._member_map_)

    def __repr__(cls):
        kind = "flag" if Flag is not None and issubclass(cls, Flag) else "enum"
        return f"<{kind} {cls.__name__!r}>"

    def __dir__(cls):
        return sorted(set(["__class__", "__doc__", "__members__", "__module__"]) | set(cls._member_names_))

    @classmethod
    def _check_for_existing_members_(mcls, class_name, bases):
        for chain in bases:
            for base in chain.__mro__:
                if isinstance(base, EnumType) and base._member_names_:
                    raise TypeError(f"<enum {class_name!r}> cannot extend {base!r}")

    @classmethod
    def _first_enum(mcls, bases):
        if not bases:
            return None
        for base in reversed(bases):
            if isinstance(base, EnumType):
                return base
        return None


EnumMeta = EnumType


def _inherited(cls, name):
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def _own_names(cls):
    """Names that the enumeration or a mixed-in class of the program defines, besides Enum's own."""
    return {name for base in cls.__mro__ if base.__module__ not in ("enum", "builtins") for name in base.__dict__}


Enum = Flag = None


def _enum_new(cls, value):
    """Look a member up by its value."""
    if type(value) is cls:
        return value
    try:
        return cls._value2member_map_[value]
    except KeyError:
        pass
    except TypeError:
        for one in cls._member_map_.values():
            if one._value_ == value:
                return one
    if not cls._member_map_ and Flag is not None and not issubclass(cls, Flag):
        why = "; specify `names=()` if you meant to create a new, empty, enum" if _version >= (3, 12) else " defined"
        raise TypeError(f"{cls!r} has no members{why}")
    exc = None
    try:
        result = cls._missing_(value)
    except Exception as e:
        exc, result = e, None
    try:
        if isinstance(result, cls):
            return result
        if Flag is not None and issubclass(cls, Flag) and isinstance(result, int):
            return result
        failure = ValueError("%r is not a valid %s" % (value, cls.__qualname__))
        if result is None and exc is None:
            raise failure
        if exc is None:
            exc = TypeError(f"error in {cls.__name__}._missing_: returned {result!r} instead of None or a valid member")
        if not isinstance(exc, ValueError):
            exc.__context__ = failure
        raise exc
    finally:
        exc = failure = None


class Enum(metaclass=EnumType):
    @property
    def name(self):
        return self._name_

    @property
    def value(self):
        return self._value_

    __new__ = _enum_new

    def __init__(self, *args, **kwds):
        pass

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start
        try:
            return max(last_values) + 1
        except TypeError:
            raise TypeError("unable to sort non-numeric values") from None

    @classmethod
    def _missing_(cls, value):
        return None

    def __repr__(self):
        return "<%s.%s: %r>" % (self.__class__.__name__, self._name_, self._value_)

    def __str__(self):
        return "%s.%s" % (self.__class__.__name__, self._name_)

    def __format__(self, format_spec):
        return str.__format__(str(self), format_spec)

    def __hash__(self):
        return hash(self._name_)

    def __dir__(self):
        own = {n for c in type(self).__mro__ for n in c.__dict__ if n[0] != "_" and n not in self._member_map_}
        return sorted({"__class__", "__doc__", "__module__", "name", "value"} | own)

    def __reduce_ex__(self, proto):
        return self.__class__, (self._value_,)

    def __deepcopy__(self, memo):
        return self

    def __copy__(self):
        return self


class ReprEnum(Enum):
    """str() and format() are those of the mixed-in type."""


class IntEnum(int, ReprEnum):
    __str__ = int.__repr__
    __format__ = int.__format__


class StrEnum(str, ReprEnum):
    def __new__(cls, *values):
        if len(values) > 3:
            raise TypeError("too many arguments for str(): %r" % (values,))
        if len(values) == 1 and not isinstance(values[0], str):
            raise TypeError("%r is not a string" % (values[0],))
        value = str(*values)
        one = str.__new__(cls, value)
        one._value_ = value
        return one

    __str__ = str.__str__
    __format__ = str.__format__

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()


class FlagBoundary(StrEnum):
    STRICT = auto()
    CONFORM = auto()
    EJECT = auto()
    KEEP = auto()


STRICT, CONFORM, EJECT, KEEP = FlagBoundary


class Flag(Enum, boundary=STRICT):
    _numeric_repr_ = repr

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start if start is not None else 1
        return 2 ** max(last_values).bit_length()

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            raise ValueError("%r is not a valid %s" % (value, cls.__qualname__))
        unknown = value & ~cls._flag_mask_ if value >= 0 else 0
        if value < 0 and cls._boundary_ is not KEEP:
            low = -(cls._all_bits_ + 1)
            if value < low and cls._boundary_ is STRICT:
                _refuse_bits(cls, value)
            value = cls._flag_mask_ & (value & cls._all_bits_)
            unknown = 0
        elif value < 0:
            value = value & cls._all_bits_ if value >= -(cls._all_bits_ + 1) else value
            value = max(cls._all_bits_ + 1, 2 ** value.bit_length()) + value if value < 0 else value
        if unknown:
            if cls._boundary_ is STRICT:
                _refuse_bits(cls, value)
            elif cls._boundary_ is CONFORM:
                value = value & cls._flag_mask_
                if value in cls._value2member_map_:
                    return cls._value2member_map_[value]
            elif cls._boundary_ is EJECT:
                return value
        if value in cls._value2member_map_:
            return cls._value2member_map_[value]
        if cls._member_type_ is object:
            made = object.__new__(cls)
        else:
            made = cls._member_type_.__new__(cls, value)
        made._value_ = value
        made.__objclass__ = cls
        parts = [m._name_ for m in cls if m._value_ & value]
        rest = value & ~sum(m._value_ for m in cls)
        if parts:
            made._name_ = "|".join(parts)
            if rest and cls._boundary_ is not STRICT:
                made._name_ += "|%s" % cls._numeric_repr_(rest)
        else:
            made._name_ = None
        return cls._value2member_map_.setdefault(value, made)

    def __contains__(self, other):
        if not isinstance(other, self.__class__):
            raise TypeError("unsupported operand type(s) for 'in': %r and %r" % (type(other).__qualname__, self.__class__.__qualname__))
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        return (m for m in type(self) if m._value_ & self._value_)

    def __len__(self):
        return self._value_.bit_count()

    def __repr__(self):
        name = self.__class__.__name__
        if self._name_ is None:
            return "<%s: %s>" % (name, self._numeric_repr_(self._value_))
        return "<%s.%s: %s>" % (name, self._name_, self._numeric_repr_(self._value_))

    def __str__(self):
        name = self.__class__.__name__
        if self._name_ is None:
            return "%s(%s)" % (name, self._numeric_repr_(self._value_))
        return "%s.%s" % (name, self._name_)

    def __bool__(self):
        return bool(self._value_)

    def _other(self, flag):
        if isinstance(flag, self.__class__):
            return flag._value_
        if self._member_type_ is not object and isinstance(flag, self._member_type_):
            return flag
        return NotImplemented

    def __or__(self, other):
        value = self._other(other)
        return NotImplemented if value is NotImplemented else self.__class__(self._value_ | value)

    def __and__(self, other):
        value = self._other(other)
        return NotImplemented if value is NotImplemented else self.__class__(self._value_ & value)

    def __xor__(self, other):
        value = self._other(other)
        return NotImplemented if value is NotImplemented else self.__class__(self._value_ ^ value)

    def __invert__(self):
        if self._boundary_ in (EJECT, KEEP):
            return self.__class__(~self._value_)
        return self.__class__(self._singles_mask_ & ~self._value_)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__


def _refuse_bits(cls, value):
    length = max(value.bit_length(), cls._flag_mask_.bit_length())
    given, allowed = _bits(value, length), _bits(cls._flag_mask_, length)
    raise ValueError("%r invalid value %r\\n    given %s\\n  allowed %s" % (cls, value, given, allowed))


def _bits(value, length):
    if value < 0:
        text = bin(~value & 0 | (value + 2 ** (length + 1)))[2:].rjust(length + 1, "1")
        return "0b1 " + text[-length:]
    return "0b0 " + bin(value)[2:].rjust(length, "0")


class IntFlag(int, ReprEnum, Flag, boundary=KEEP):
    __str__ = int.__repr__
    __format__ = int.__format__


def unique(enumeration):
    duplicates = [(name, one.name) for name, one in enumeration.__members__.items() if name != one.name]
    if duplicates:
        details = ", ".join("%s -> %s" % pair for pair in duplicates)
        raise ValueError("duplicate values found in %r: %s" % (enumeration, details))
    return enumeration


class EnumCheck(StrEnum):
    CONTINUOUS = "no skipped integer values"
    NAMED_FLAGS = "multi-flag aliases may not contain unnamed flags"
    UNIQUE = "one name per value"


CONTINUOUS, NAMED_FLAGS, UNIQUE = EnumCheck


class verify:
    def __init__(self, *checks):
        self.checks = checks

    def __call__(self, enumeration):
        for check in self.checks:
            if check is UNIQUE:
                aliases = ["%s -> %s" % (name, one.name) for name, one in enumeration.__members__.items() if name != one.name]
                if aliases:
                    raise ValueError("aliases found in %r: %s" % (enumeration, ", ".join(aliases)))
        return enumeration
'''

SOURCES = {"enum": SOURCE.replace("import sys\n", "import sys\n\nbuiltins_property = property\n", 1)}
