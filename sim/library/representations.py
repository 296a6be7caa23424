"""repr() and str() of everything but containers and exceptions, object's own comparison and hash, and the builtins repr and ascii."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.hashing import pointer_hash
from sim.library.literals import ascii_text, bytearray_repr, bytes_repr, complex_text, float_text, int_text, string_repr
from sim.library.results import wrong_result
from sim.library.sizes import size_of
from sim.library.strings import fresh, same
from sim.library.types import HOME_MODULES
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call_method, call_special, repr_text, special, truth
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Record
from sim.objects.functions import Module
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

__all__ = ["ascii_text", "float_text", "repr_native", "string_repr"]


def address_text(object_: HeapObject) -> str:
    return hex(object_.identity)


def text_or(found: Any, otherwise: str) -> str:
    return found.value if isinstance(found, Str) else otherwise


# --- names of classes and functions -----------------------------------------------------------------------------------------------


def module_of(cls: Type) -> str:
    """The `__module__` of a class."""
    if cls.namespace is None:
        return HOME_MODULES.get(cls.name, "builtins")
    entry = cls.namespace.index.get("__module__")
    return text_or(entry.value, "builtins") if entry is not None else "builtins"


def qualified_name(cls: Type) -> str:
    """`module.Class`, or the bare name for built-in classes."""
    name = text_or(cls.qualname, cls.name)
    module = module_of(cls)
    return name if module == "builtins" else f"{module}.{name}"


def object_text(m: Machine, object_: HeapObject) -> str:
    return f"<{qualified_name(object_.type)} object at {address_text(object_)}>"


def class_text(m: Machine, cls: Any) -> str:
    return f"<class '{qualified_name(cls)}'>"


def function_text(m: Machine, function: Any) -> str:
    return f"<function {text_or(function.qualname, '?')} at {address_text(function)}>"


def builtin_text(m: Machine, builtin: Any) -> str:
    receiver = builtin.receiver
    if receiver is None or isinstance(receiver, Module):
        return f"<built-in function {builtin.spec.name}>"
    return f"<built-in method {builtin.spec.name} of {receiver.type.name} object at {address_text(receiver)}>"


def descriptor_text(m: Machine, descriptor: Any) -> str:
    if isinstance(descriptor, Record):  # a slot, or `__dict__` and `__weakref__` of a program's class
        word = "member" if descriptor.type.name == "member_descriptor" else "attribute"
        owner = descriptor.parts[0].name if descriptor.parts else "object"  # type: ignore[union-attr]
        return f"<{word} '{descriptor.state}' of '{owner}' objects>"
    owner = descriptor.owner.name if isinstance(descriptor.owner, Type) else "?"
    if descriptor.spec.kind == "getter":
        return f"<attribute '{descriptor.spec.name}' of '{owner}' objects>"
    word = "slot wrapper" if descriptor.spec.name.startswith("__") else "method"
    return f"<{word} '{descriptor.spec.name}' of '{owner}' objects>"


def module_text(m: Machine, module: Any) -> str:
    entry = module.dict.index.get("__file__") if module.dict is not None else None
    if entry is None and m.modules.get(module.name) is not module:
        return f"<module {string_repr(module.name)}>"
    origin = f"from {string_repr(entry.value.value)}" if entry is not None and isinstance(entry.value, Str) else "(built-in)"
    return f"<module {string_repr(module.name)} {origin}>"


def cell_text(m: Machine, cell: Any) -> str:
    if cell.content is None:
        return f"<cell at {address_text(cell)}: empty>"
    return f"<cell at {address_text(cell)}: {cell.content.type.name} object at {address_text(cell.content)}>"


def code_text(m: Machine, code: Any) -> str:
    inner = code.code
    return f'<code object {inner.name} at {address_text(code)}, file "{inner.filename}", line {inner.first_line}>'


def generator_text(m: Machine, generator: Any) -> str:
    return f"<{generator.type.name} object {text_or(generator.qualname, '?')} at {address_text(generator)}>"


def frame_text(m: Machine, frame: Any) -> str:
    inner = frame.frame.code.code
    return f"<frame at {address_text(frame)}, file '{inner.filename}', line {frame.frame.line}, code {inner.name}>"


# What each kind shows; kinds not named here show object_text.
TEXTS: dict[str, Callable[[Machine, Any], str]] = {
    "object": object_text,
    "type": class_text,
    "int": lambda m, obj: int_text(m, obj.value),
    "bool": lambda m, obj: "True" if obj.value else "False",
    "float": lambda m, obj: float_text(obj.value),
    "complex": lambda m, obj: complex_text(obj.value),
    "str": lambda m, obj: string_repr(obj.value),
    "bytes": lambda m, obj: bytes_repr(obj.value),
    "bytearray": lambda m, obj: bytearray_repr(obj.type.name, obj.value, m.profile.version != "3.15"),
    "NoneType": lambda m, obj: "None",
    "ellipsis": lambda m, obj: "Ellipsis",
    "NotImplementedType": lambda m, obj: "NotImplemented",
    "function": function_text,
    "builtin_function_or_method": builtin_text,
    "method_descriptor": descriptor_text,
    "wrapper_descriptor": descriptor_text,
    "classmethod_descriptor": descriptor_text,
    "getset_descriptor": descriptor_text,
    "member_descriptor": descriptor_text,
    "module": module_text,
    "cell": cell_text,
    "code": code_text,
    "generator": generator_text,
    "coroutine": generator_text,
    "async_generator": generator_text,
    "frame": frame_text,
}
NAMED = frozenset({"bool", "NoneType", "ellipsis", "NotImplementedType"})  # their texts are interned names
LENGTHY = frozenset({"str", "bytes", "bytearray"})


def repr_method(name: str) -> Callable[..., HeapObject]:
    text_of = TEXTS[name]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if name in LENGTHY:
            m.charge(len(args[0].value) >> 6)
        text = text_of(m, args[0])
        return m.heap.name(text) if name in NAMED else fresh(m, text)

    return operate


for _name in TEXTS:
    native(_name, "__repr__")(repr_method(_name))


@native("method", "__repr__")
def method_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """<bound method C.m of ...>: the receiver shows itself."""
    method = args[0]
    name = text_or(getattr(method.function, "qualname", None), "?")
    shown = yield repr_text(m, method.receiver)
    return m.heap.str(f"<bound method {name} of {shown}>")


@native("staticmethod", "__repr__")
def staticmethod_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.str(f"<staticmethod({(yield repr_text(m, args[0].parts[0]))})>")


@native("classmethod", "__repr__")
def classmethod_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.str(f"<classmethod({(yield repr_text(m, args[0].parts[0]))})>")


@native("str", "__str__")
def str_str(m: Machine, args: list[Any]) -> HeapObject:
    return same(m, args[0])


@native("object", "__str__")
def object_str(m: Machine, args: list[Any]) -> Any:
    """The repr, whatever defines it."""
    method = special(m, args[0], "__repr__")
    assert method is not None
    if method.__class__ is Builtin and method.spec.function is object_str:  # type: ignore[attr-defined]
        return NativeFrame(m, repr_by_str, args[0])  # `__repr__ = object.__str__`: turns in a circle, on our stack and not on the host's
    return call_special(m, method, [args[0]])


def repr_by_str(m: Machine, frame: NativeFrame, owner: HeapObject) -> Any:
    return (yield call_method(m, owner, "__str__", []))


def repr_native(m: Machine, object_: HeapObject) -> str | None:
    """The repr of an exact built-in value that needs no frame, or None."""
    kind = object_.type
    if kind.static and kind.name in TEXTS and kind.name not in LENGTHY:
        return TEXTS[kind.name](m, object_)
    return None


# --- object: comparison and hash --------------------------------------------------------------------------------------------------


@native("object", "__eq__", 1)
def object_eq(m: Machine, args: list[Any]) -> HeapObject:
    return m.true() if args[0] is args[1] else m.not_implemented()


@native("object", "__ne__", 1)
def object_ne(m: Machine, args: list[Any]) -> Any:
    """The opposite of whatever `__eq__` says."""
    method = special(m, args[0], "__eq__")
    if method is None:
        return m.not_implemented()
    return NativeFrame(m, opposite, method, args)


def opposite(m: Machine, frame: NativeFrame, method: HeapObject, args: list[Any]) -> Any:
    result = frame.own((yield call_special(m, method, args)))
    if result is m.not_implemented_object:
        return m.not_implemented()
    return m.heap.bool(not (yield truth(m, result)))


def unordered(m: Machine, args: list[Any]) -> HeapObject:
    return m.not_implemented()


for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    native("object", _name, 1)(unordered)


@native("object", "__hash__")
def object_hash(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(pointer_hash(args[0]))


@native("object", "__sizeof__")
def object_sizeof(m: Machine, args: list[Any]) -> HeapObject:
    """sys.getsizeof without what lies in front of the object: the collector's header, the pointers to dict and weak references."""
    self = args[0]
    in_front = 16 if self.header else 0
    if not self.type.static and not self.type.dictless:
        in_front += 16
    return m.heap.int(size_of(m, self) - in_front)


# --- builtins ---------------------------------------------------------------------------------------------------------------------


@native("module:builtins", "repr", 1, kind="function")
def builtin_repr(m: Machine, args: list[Any]) -> Any:
    method = special(m, args[0], "__repr__")
    assert method is not None
    result = call_special(m, method, [args[0]])
    return result if result.__class__ is Str else NativeFrame(m, checked_repr, args[0], result)


def checked_repr(m: Machine, frame: NativeFrame, object_: HeapObject, pending: Any) -> Any:
    result = yield pending
    if not isinstance(result, Str):
        frame.own(result)
        raise wrong_result(m, object_, "__repr__", result)
    return result


@native("module:builtins", "ascii", 1, kind="function")
def builtin_ascii(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return fresh(m, ascii_text((yield repr_text(m, args[0]))))
