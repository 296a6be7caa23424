"""object's own methods, and the attributes of functions, methods, code, cells, modules, frames, tracebacks and generators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.machine.attributes import bind_descriptor, get_attribute, plain_attribute, plain_set_attribute
from sim.machine.calls import new_instance
from sim.machine.frames import Frame, FrameObject, Lent, NativeFrame
from sim.machine.natives import getter, native, setter
from sim.objects.classes import Type
from sim.objects.containers import Record, Tuple
from sim.objects.functions import CodeObject, Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def new(object_: Any) -> Any:
    object_.refs += 1
    return object_


def or_none(m: Machine, object_: Any) -> HeapObject:
    return new(object_) if object_ is not None else m.none()  # type: ignore[no-any-return]


# --- object -------------------------------------------------------------------------------------------------------------------------


@native("object", "__new__", 0, None, raw=True, kind="static")
def object_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    cls = args[0]
    init, maker = m.lookup(cls, "__init__"), m.lookup(cls, "__new__")
    overrides_init = getattr(init, "owner", None) is not m.types["object"]
    overrides_new = getattr(maker, "owner", None) is not m.types["object"]
    if (len(args) > 1 or keywords) and (overrides_new or not overrides_init):
        if overrides_new:
            raise m.error("TypeError", "object.__new__() takes exactly one argument (the type to instantiate)")
        raise m.error("TypeError", f"{cls.name}() takes no arguments")
    return new_instance(m, cls)


@native("object", "__init__", 0, None, raw=True)
def object_init(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    if len(args) > 1 or keywords:
        overrides_init = getattr(m.lookup(args[0].type, "__init__"), "owner", None) is not m.types["object"]
        if overrides_init:
            raise m.error("TypeError", "object.__init__() takes exactly one argument (the instance to initialize)")
        if getattr(m.lookup(args[0].type, "__new__"), "owner", None) is m.types["object"]:
            raise m.error("TypeError", f"{args[0].type.name}.__init__() takes exactly one argument (the instance to initialize)")
    return m.none()


def check_name(m: Machine, name: Any) -> None:
    if not isinstance(name, Str):
        raise m.error("TypeError", f"attribute name must be string, not '{name.type.name}'")


@native("object", "__getattribute__", 1)
def object_getattribute(m: Machine, args: list[Any]) -> Any:
    owner, name = args
    check_name(m, name)
    kind = owner.type
    if not kind.static and m.lookup(kind, "__getattr__") is not None:
        return plain_without_fallback(m, owner, name.value, kind)
    return plain_attribute(m, owner, name.value, kind)


def plain_without_fallback(m: Machine, owner: Any, name: str, kind: Type) -> Any:
    own = m.heap.attribute(owner, name) if not kind.dictless else None
    if own is None and m.lookup(kind, name) is None:
        raise m.error("AttributeError", f"'{kind.name}' object has no attribute '{name}'")
    return plain_attribute(m, owner, name, kind)


@native("object", "__setattr__", 2)
def object_setattr(m: Machine, args: list[Any]) -> Any:
    check_name(m, args[1])
    return done(m, plain_set_attribute(m, args[0], args[1], args[2], args[0].type, args[1].value))


@native("object", "__delattr__", 1)
def object_delattr(m: Machine, args: list[Any]) -> Any:
    check_name(m, args[1])
    return done(m, plain_set_attribute(m, args[0], args[1], None, args[0].type, args[1].value))


def done(m: Machine, pending: Any) -> Any:
    return m.none() if pending is None else NativeFrame(m, none_later, pending)


def none_later(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    yield pending
    return m.none()


@getter("object", "__class__")
def object_class(m: Machine, owner: Any) -> HeapObject:
    return new(owner.type)  # type: ignore[no-any-return]


@setter("object", "__class__")
def set_object_class(m: Machine, owner: Any, value: Any) -> None:
    old = owner.type
    if value is None:
        raise m.error("TypeError", "can't delete __class__ attribute")
    if not isinstance(value, Type):
        raise m.error("TypeError", f"__class__ must be set to a class, not '{value.type.name}' object")
    if value.static or old.static:
        raise m.error("TypeError", "__class__ assignment only supported for mutable types or ModuleType subclasses")
    if value.layout is not old.layout or value.dictless is not old.dictless:
        raise m.error("TypeError", f"__class__ assignment: '{value.name}' object layout differs from '{old.name}'")
    for name in owner.attributes or ():
        if name not in value.shared_keys:
            value.shared_keys[name] = m.heap.name(name)
    owner.type = new(value)
    m.heap.close(old)


@getter("object", "__doc__")
def object_doc(m: Machine, owner: Any) -> HeapObject:
    return m.none()


@native("object", "__reduce__")
def object_reduce(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported("__reduce__ (objects are not pickled)")


@native("object", "__reduce_ex__", 1)
def object_reduce_ex(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported("__reduce_ex__ (objects are not pickled)")


def _declare_singletons() -> None:
    """NoneType() and its like give the one instance there is (Objects/object.c none_new)."""
    for kind in ("NoneType", "ellipsis", "NotImplementedType"):

        def make(m: Machine, args: list[Any], keywords: dict[str, Any] | None, kind: str = kind) -> HeapObject:
            if len(args) > 1 or keywords:
                raise m.error("TypeError", f"{kind} takes no arguments" if kind != "ellipsis" else "EllipsisType takes no arguments")
            known = {"NoneType": m.none_object, "ellipsis": m.ellipsis_object}
            return new(known.get(kind, m.not_implemented_object))  # type: ignore[no-any-return]

        native(kind, "__new__", 0, None, raw=True, kind="static")(make)


_declare_singletons()


# --- functions and methods --------------------------------------------------------------------------------------------------------------

FUNCTION_FIELDS = {
    "__name__": "name", "__qualname__": "qualname", "__module__": "module", "__doc__": "doc", "__defaults__": "defaults",
    "__kwdefaults__": "kwdefaults",
    "__closure__": "closure", "__code__": "code", "__globals__": "globals",
}  # fmt: skip


def _declare_function_fields() -> None:
    """One getter (and setter, where Python has one) for each plain field of a function."""
    for name, field in FUNCTION_FIELDS.items():

        def read(m: Machine, owner: Any, field: str = field) -> HeapObject:
            return or_none(m, getattr(owner, field))

        def write(m: Machine, owner: Any, value: Any, name: str = name, field: str = field) -> None:
            check_function_field(m, owner, name, value)
            old = getattr(owner, field)
            setattr(owner, field, None if value is None or value is m.none_object else new(value))
            if old is not None:
                m.heap.close(old)

        getter("function", name)(read)
        if field not in ("closure", "globals"):
            setter("function", name)(write)


_declare_function_fields()

# What func_set_... demand (Objects/funcobject.c): the kind, how it is called, and whether None will do.
FUNCTION_FIELD_KINDS: dict[str, tuple[type[HeapObject], str, bool]] = {
    "__name__": (Str, "string", False), "__qualname__": (Str, "string", False), "__code__": (CodeObject, "code", False),
    "__defaults__": (Tuple, "tuple", True), "__kwdefaults__": (Dict, "dict", True),
}  # fmt: skip


def check_function_field(m: Machine, owner: Function, name: str, value: Any) -> None:
    if name not in FUNCTION_FIELD_KINDS:
        return
    kind, word, may_be_none = FUNCTION_FIELD_KINDS[name]
    if may_be_none and (value is None or value is m.none_object):
        return
    if not isinstance(value, kind):
        raise m.error("TypeError", f"{name} must be set to a {word} object")
    if isinstance(value, CodeObject):
        free, closure = len(value.code.slots) - value.code.free_slots_start, len(owner.closure.items) if owner.closure is not None else 0
        if free != closure:
            raise m.error("ValueError", f"{function_text(owner)}() requires a code object with {closure} free vars, not {free}")


def function_text(owner: Function) -> str:
    return owner.name.value if isinstance(owner.name, Str) else "?"


def check_namespace(m: Machine, value: Any) -> None:
    if value is None:
        raise m.error("TypeError", "cannot delete __dict__")
    if not isinstance(value, Dict):
        raise m.error("TypeError", f"__dict__ must be set to a dictionary, not a '{value.type.name}'")


@getter("function", "__dict__")
def function_dict(m: Machine, owner: Function) -> HeapObject:
    if owner.dict is None:
        owner.dict = m.heap.dict()
    return new(owner.dict)  # type: ignore[no-any-return]


@setter("function", "__dict__")
def set_function_dict(m: Machine, owner: Function, value: Any) -> None:
    check_namespace(m, value)
    old, owner.dict = owner.dict, new(value)
    if old is not None:
        m.heap.close(old)


@native("function", "__get__", 1, 2)
def function_get(m: Machine, args: list[Any]) -> HeapObject:
    return new(args[0]) if args[1] is m.none_object else m.heap.method(args[0], args[1])  # type: ignore[no-any-return]


@native("method", "__new__", 2, kind="static")
def method_new(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.method(args[1], args[2])


@getter("method", "__self__")
def method_self(m: Machine, owner: Any) -> HeapObject:
    return new(owner.receiver)  # type: ignore[no-any-return]


@getter("method", "__func__")
def method_function(m: Machine, owner: Any) -> HeapObject:
    return new(owner.function)  # type: ignore[no-any-return]


@native("method", "__getattribute__", 1)
def method_getattribute(m: Machine, args: list[Any]) -> Any:
    return method_attribute(m, args[0], args[1].value)


def method_attribute(m: Machine, owner: Any, name: str) -> Any:
    """A method's own attributes first, then its function's (Objects/classobject.c method_getattro)."""
    descriptor = m.lookup(owner.type, name)
    if descriptor is not None:
        return bind_descriptor(m, descriptor, owner, owner.type)
    return get_attribute(m, owner.function, name)


@getter("method", "__name__")
def method_name(m: Machine, owner: Any) -> Any:
    return get_attribute(m, owner.function, "__name__")


@getter("method", "__qualname__")
def method_qualname(m: Machine, owner: Any) -> Any:
    return get_attribute(m, owner.function, "__qualname__")


@native("method", "__eq__", 1)
def method_eq(m: Machine, args: list[Any]) -> HeapObject:
    left, right = args
    if left.type is not right.type:
        return m.not_implemented()
    return m.heap.bool(left.function is right.function and left.receiver is right.receiver)


@native("method", "__hash__")
def method_hash(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int((args[0].function.identity >> 4) ^ (args[0].receiver.identity >> 4))


@native("builtin_function_or_method", "__eq__", 1)
def builtin_eq(m: Machine, args: list[Any]) -> HeapObject:
    left, right = args
    if left.type is not right.type:
        return m.not_implemented()
    return m.heap.bool(left.spec is right.spec and left.receiver is right.receiver)


@native("builtin_function_or_method", "__hash__")
def builtin_hash(m: Machine, args: list[Any]) -> HeapObject:
    receiver = args[0].receiver
    return m.heap.int((receiver.identity if receiver is not None else args[0].identity) >> 4)


@getter("builtin_function_or_method", "__name__")
def builtin_name(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.spec.name)


@getter("builtin_function_or_method", "__self__")
def builtin_self(m: Machine, owner: Any) -> HeapObject:
    if owner.receiver is None and owner.owner is None:
        return or_none(m, m.modules.get(owner.spec.module))
    return or_none(m, owner.receiver if owner.receiver is not None else owner.owner)


@getter("builtin_function_or_method", "__module__")
def builtin_module(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.spec.module) if owner.spec.module else m.none()


@getter("method_descriptor", "__name__")
def descriptor_name(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.spec.name)


@getter("cell", "cell_contents")
def cell_contents(m: Machine, owner: Any) -> HeapObject:
    if owner.content is None:
        raise m.error("ValueError", "Cell is empty")
    return new(owner.content)  # type: ignore[no-any-return]


@setter("cell", "cell_contents")
def set_cell_contents(m: Machine, owner: Any, value: Any) -> None:
    old = owner.content
    owner.content = new(value) if value is not None else None
    if old is not None:
        m.heap.close(old)


# --- modules ----------------------------------------------------------------------------------------------------------------------------


@native("module", "__new__", 0, None, raw=True, kind="static")
def module_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    if len(args) > 1 and not isinstance(args[1], Str):
        raise m.error("TypeError", f"module() argument 'name' must be str, not {args[1].type.name}")
    return m.new_module(args[1].value if len(args) > 1 else "module")


@native("module", "__init__", 1, 2)
def module_init(m: Machine, args: list[Any]) -> HeapObject:
    return m.none()


@getter("module", "__dict__")
def module_dict(m: Machine, owner: Any) -> HeapObject:
    return new(owner.dict)  # type: ignore[no-any-return]


# --- frames, tracebacks, generators -----------------------------------------------------------------------------------------------------


@getter("frame", "f_back")
def frame_back(m: Machine, owner: FrameObject) -> HeapObject:
    below = m.caller_of(owner.frame)
    return new(m.materialize(below)) if below is not None else m.none()  # type: ignore[no-any-return]


@getter("frame", "f_code")
def frame_code(m: Machine, owner: FrameObject) -> HeapObject:
    return new(owner.frame.code)  # type: ignore[no-any-return]


@getter("frame", "f_globals")
def frame_globals(m: Machine, owner: FrameObject) -> HeapObject:
    return new(owner.frame.globals)  # type: ignore[no-any-return]


@getter("frame", "f_builtins")
def frame_builtins(m: Machine, owner: FrameObject) -> HeapObject:
    return new(m.builtins)  # type: ignore[no-any-return]


@getter("frame", "f_lineno")
def frame_line(m: Machine, owner: FrameObject) -> HeapObject:
    return m.heap.int(owner.frame.line)


@native("frame", "clear")
def frame_clear(m: Machine, args: list[Any]) -> HeapObject:
    frame: Frame = args[0].frame
    if not frame.done:
        raise m.error("RuntimeError", "cannot clear an executing frame")
    m.heap.close_all(frame.clears(m.profile.slots_released_backwards))
    return m.none()


@getter("traceback", "tb_frame")
def traceback_frame(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.frame)


@getter("traceback", "tb_next")
def traceback_next(m: Machine, owner: Any) -> HeapObject:
    return or_none(m, owner.next)


@getter("traceback", "tb_lineno")
def traceback_line(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(owner.line)


PREFIXES = {"generator": "gi", "coroutine": "cr", "async_generator": "ag"}


def _declare_generator_members() -> None:
    """The same attributes for the three kinds, under the prefix of each."""

    def frame(m: Machine, owner: Any) -> HeapObject:
        if owner.frame is None or owner.state == "closed":
            return m.none()
        return new(m.materialize(owner.frame))  # type: ignore[no-any-return]

    def running(m: Machine, owner: Any) -> HeapObject:
        return m.heap.bool(owner.state == "running")

    def suspended(m: Machine, owner: Any) -> HeapObject:
        return m.heap.bool(owner.state == "suspended")

    def code(m: Machine, owner: Any) -> HeapObject:
        return new(owner.frame.code) if owner.frame is not None else m.none()  # type: ignore[no-any-return]

    for kind, prefix in PREFIXES.items():
        for name, read in (("frame", frame), ("running", running), ("suspended", suspended), ("code", code)):
            getter(kind, f"{prefix}_{name}")(read)
        for name, field in (("__name__", "name"), ("__qualname__", "qualname")):

            def text(m: Machine, owner: Any, field: str = field) -> HeapObject:
                return new(getattr(owner, field))  # type: ignore[no-any-return]

            def set_text(m: Machine, owner: Any, value: Any, name: str = name, field: str = field) -> None:
                check_text(m, name, value)
                old = getattr(owner, field)
                setattr(owner, field, new(value))
                m.heap.close(old)

            getter(kind, name)(text)
            setter(kind, name)(set_text)


def check_text(m: Machine, name: str, value: Any) -> None:
    if not isinstance(value, Str):
        raise m.error("TypeError", f"{name} must be set to a string object")


_declare_generator_members()


def locals_of(m: Machine, frame: Frame) -> list[tuple[str, HeapObject]]:
    """Names and borrowed values of a frame's fast locals, cells looked through."""
    found = []
    code = frame.code.code
    for index, name in enumerate(code.slots):
        ref = frame.slots[index] if index < len(frame.slots) else None
        if ref is not None and ref.__class__ is Lent:
            ref = ref.object
        if ref is not None and (index in code.cell_slots or index >= code.free_slots_start) and hasattr(ref, "content"):
            ref = ref.content
        if ref is not None and not name.startswith("."):
            found.append((name, ref))
    return found


def snapshot(m: Machine, frame: Frame, target: Dict) -> None:
    """Copy a frame's locals into a dict, dropping names that are unbound now."""
    bound = locals_of(m, frame)
    names = {name for name, _ in bound}
    for entry in target.entries():
        if entry.token in frame.code.code.slots and entry.token not in names:
            m.heap.dict_delete(target, entry.token)
    for name, value in bound:
        key = m.heap.name(name)
        m.heap.dict_store(target, name, key, new(value))
        m.heap.close(key)


@native("module:builtins", "locals", 0, kind="function")
def builtin_locals(m: Machine, args: list[Any]) -> HeapObject:
    """The namespace of module and class bodies; in functions a snapshot (cached in the frame up to 3.12, PEP 667 later)."""
    frame = m.guest_frame()
    assert frame is not None
    if frame.locals is not None:
        return new(frame.locals)  # type: ignore[no-any-return]
    if frame.function is None:
        return new(frame.globals)  # type: ignore[no-any-return]
    return frame_snapshot(m, frame)


def frame_snapshot(m: Machine, frame: Frame) -> Dict:
    if not m.profile.locals_snapshot_cached:
        made = m.heap.dict()
        snapshot(m, frame, made)
        return made
    if frame.fast_locals is None:
        frame.fast_locals = m.heap.dict()
        m.materialize(frame)
    snapshot(m, frame, frame.fast_locals)
    return new(frame.fast_locals)  # type: ignore[no-any-return]


@native("module:builtins", "globals", 0, kind="function")
def builtin_globals(m: Machine, args: list[Any]) -> HeapObject:
    frame = m.guest_frame()
    assert frame is not None
    return new(frame.globals)  # type: ignore[no-any-return]


@getter("frame", "f_locals")
def frame_locals(m: Machine, owner: FrameObject) -> HeapObject:
    frame = owner.frame
    if frame.locals is not None:
        return new(frame.locals)  # type: ignore[no-any-return]
    if frame.function is None:
        return new(frame.globals)  # type: ignore[no-any-return]
    if m.profile.frame_locals_proxy:
        return m.heap.record("FrameLocalsProxy", [new(owner)], 24)
    return frame_snapshot(m, frame)


@native("FrameLocalsProxy", "__getitem__", 1)
def proxy_item(m: Machine, args: list[Any]) -> HeapObject:
    frame = args[0].parts[0].frame
    for name, value in locals_of(m, frame):
        if name == args[1].value:
            return new(value)  # type: ignore[no-any-return]
    raise m.error_with("KeyError", args[1])


@native("FrameLocalsProxy", "__setitem__", 2)
def proxy_set_item(m: Machine, args: list[Any]) -> HeapObject:
    frame: Frame = args[0].parts[0].frame
    code = frame.code.code
    if args[1].value not in code.slots:
        raise m.error("ValueError", "new names in f_locals are not simulated")
    index = code.slots.index(args[1].value)
    old = frame.slots[index]
    if hasattr(old, "content"):
        old.content, old = new(args[2]), old.content
    else:
        frame.slots[index] = new(args[2])
    if old is not None and old.__class__ is not Lent:
        m.heap.close(old)
    return m.none()


@native("FrameLocalsProxy", "__iter__")
def proxy_iter(m: Machine, args: list[Any]) -> HeapObject:
    return m.iterate_list([m.heap.name(name) for name, _ in locals_of(m, args[0].parts[0].frame)])


@native("FrameLocalsProxy", "keys")
def proxy_keys(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.list([m.heap.name(name) for name, _ in locals_of(m, args[0].parts[0].frame)])


@native("FrameLocalsProxy", "values")
def proxy_values(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.list([new(value) for _, value in locals_of(m, args[0].parts[0].frame)])


@native("FrameLocalsProxy", "__len__")
def proxy_len(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(locals_of(m, args[0].parts[0].frame)))


@native("FrameLocalsProxy", "__contains__", 1)
def proxy_contains(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(any(name == args[1].value for name, _ in locals_of(m, args[0].parts[0].frame)))


TYPES = {"FrameLocalsProxy": Record}
