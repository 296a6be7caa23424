"""What `sys` tells about the interpreter: tuples with named fields (Objects/structseq.c), made when somebody asks for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.objects import new
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import repr_text
from sim.objects.containers import Tuple
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# The fields and their values under `python -I -S` with a fixed hash seed, on 64-bit Linux.
FIELDS: dict[str, dict[str, Any]] = {
    "version_info": dict.fromkeys(("major", "minor", "micro", "releaselevel", "serial")),
    "flags": {
        "debug": 0, "inspect": 0, "interactive": 0, "optimize": 0, "dont_write_bytecode": 0, "no_user_site": 1, "no_site": 1,
        "ignore_environment": 1, "verbose": 0, "bytes_warning": 0, "quiet": 0, "hash_randomization": 1, "isolated": 1, "dev_mode": False,
        "utf8_mode": 0, "warn_default_encoding": 0, "safe_path": True, "int_max_str_digits": 4300,
    },
    "float_info": {
        "max": math.ldexp(1 - 2.0**-53, 1024), "max_exp": 1024, "max_10_exp": 308, "min": 2.0**-1022, "min_exp": -1021,
        "min_10_exp": -307, "dig": 15, "mant_dig": 53, "epsilon": 2.0**-52, "radix": 2, "rounds": 1,
    },
    "int_info": {"bits_per_digit": 30, "sizeof_digit": 4, "default_max_str_digits": 4300, "str_digits_check_threshold": 640},
    "hash_info": {
        "width": 64, "modulus": 2**61 - 1, "inf": 314159, "nan": 0, "imag": 1000003, "algorithm": "siphash13", "hash_bits": 64,
        "seed_bits": 128, "cutoff": 0,
    },
    "thread_info": {"name": "pthread", "lock": "semaphore", "version": None},
}  # fmt: skip
TYPES: dict[str, type[HeapObject]] = {f"sys.{name}": Tuple for name in FIELDS}
BASES = {f"sys.{name}": "tuple" for name in FIELDS}
PLAIN = {"byteorder": "little", "platform": "linux", "maxunicode": 0x10FFFF, "float_repr_style": "short", "api_version": 1013}


def record_of(m: Machine, name: str, values: list[HeapObject]) -> HeapObject:
    """A structseq with these values (stolen)."""
    made = m.heap.tuple(values)
    made.type = m.types[f"sys.{name}"]
    return made


def version_info(m: Machine) -> HeapObject:
    release = [m.heap.int(int(part)) for part in m.profile.release.split(".")]
    return record_of(m, "version_info", [*release, m.heap.str("final"), m.heap.int(0)])


def implementation(m: Machine) -> HeapObject:
    made: Any = m.heap.instance(m.types["SimpleNamespace"])
    major, minor, micro = (int(part) for part in m.profile.release.split("."))
    rows = {
        "name": m.heap.str("cpython"), "cache_tag": m.heap.str(f"cpython-{major}{minor}"), "version": version_info(m),
        "hexversion": m.heap.int((major << 24) + (minor << 16) + (micro << 8) + 0xF0),
    }  # fmt: skip
    for name, value in rows.items():
        key = m.heap.name(name)
        m.heap.set_attribute(made, key, value)
        m.heap.close(key)
    return made  # type: ignore[no-any-return]


@native("module:sys", "__getattr__", 1, kind="function")
def missing_value(m: Machine, args: list[Any]) -> HeapObject:
    """Looked up once; from then on it lies in the module."""
    name = args[0].value
    if name in FIELDS:
        made = record_of(m, name, [m.constant_object(value) if value is not None else m.none() for value in FIELDS[name].values()])
    elif name == "implementation":
        made = implementation(m)
    elif name in PLAIN:
        made = m.constant_object(PLAIN[name])
    elif name == "hexversion":
        major, minor, micro = (int(part) for part in m.profile.release.split("."))
        made = m.heap.int((major << 24) + (minor << 16) + (micro << 8) + 0xF0)
    else:
        raise m.error("AttributeError", f"module 'sys' has no attribute '{name}'")
    namespace = m.modules["sys"].dict
    assert namespace is not None
    m.put(namespace, name, new(made))
    return made


def _declare(name: str) -> None:
    kind = f"sys.{name}"

    @native(kind, "__repr__")
    def record_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        texts = []
        for field, value in zip(FIELDS[name], args[0].items, strict=True):
            texts.append(f"{field}={(yield repr_text(m, value))}")
        return m.heap.str(f"{kind}({', '.join(texts)})")

    @native(kind, "__new__", 0, None, raw=True, kind="static")
    def record_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
        raise m.error("TypeError", f"cannot create '{kind}' instances")

    for place, field in enumerate(FIELDS[name]):

        def read(m: Machine, owner: Any, place: int = place) -> HeapObject:
            return new(owner.items[place])  # type: ignore[no-any-return]

        getter(kind, field)(read)
    getter(kind, "n_fields")(lambda m, owner: m.heap.int(len(owner.items)))


for _name in FIELDS:
    _declare(_name)


# --- settings ---------------------------------------------------------------------------------------------------------------------------


@native("module:sys", "get_int_max_str_digits", kind="function")
def get_digits(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(m.limits.digits)


@native("module:sys", "set_int_max_str_digits", 1, keywords=("maxdigits",), kind="function")
def set_digits(m: Machine, args: list[Any]) -> HeapObject:
    wanted = args[0].value
    if 0 < wanted < 640 or wanted < 0:
        raise m.error("ValueError", "maxdigits must be 0 or larger than 640")
    if wanted != m.limits.digits:
        raise Unsupported("another limit for the digits of integers", m.current_line())
    return m.none()


@native("module:sys", "gettrace", kind="function")
def get_trace(m: Machine, args: list[Any]) -> HeapObject:
    return m.none()


@native("module:sys", "getprofile", kind="function")
def get_profile(m: Machine, args: list[Any]) -> HeapObject:
    return m.none()


@native("module:sys", "settrace", 1, kind="function")
def set_trace(m: Machine, args: list[Any]) -> HeapObject:
    return refused_unless_none(m, args[0], "sys.settrace (looking changes nothing here: ask for a trace instead)")


@native("module:sys", "setprofile", 1, kind="function")
def set_profile(m: Machine, args: list[Any]) -> HeapObject:
    return refused_unless_none(m, args[0], "sys.setprofile")


def refused_unless_none(m: Machine, value: Any, what: str) -> HeapObject:
    if value is not m.none_object:
        raise Unsupported(what, m.current_line())
    return m.none()


@native("module:sys", "getdefaultencoding", kind="function")
def get_encoding(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.str("utf-8")


@native("module:sys", "is_finalizing", kind="function")
def is_finalizing(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(m.finishing)
