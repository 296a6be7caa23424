"""Calls, functions, classes, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.lists import extend
from sim.machine.attributes import get_attribute, is_data_descriptor, set_attribute, super_lookup
from sim.machine.calls import GivenName, call, call_packed, enter, new_generator, owned
from sim.machine.frames import SWITCH, Frame, GuestError, Lent, NativeFrame
from sim.machine.generators import word_for
from sim.machine.importing import import_from, import_module, import_star, relative_import
from sim.machine.instructions.awaiting import async_gen_wrap
from sim.machine.instructions.operators import complete, failed, is_warm, replace, value_of
from sim.objects.classes import Type
from sim.objects.containers import Builtin, List, Method, Record, Tuple
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


def call_positional(m: Machine, frame: Frame, count: int) -> int | None:
    return perform_call(m, frame, count, ())


def call_keywords(m: Machine, frame: Frame, shape: tuple[int, tuple[str, ...]]) -> int | None:
    count, names = shape
    return perform_call(m, frame, count, names)


def perform_call(m: Machine, frame: Frame, count: int, names: tuple[str, ...]) -> int | None:
    """The stack holds callee, self or NULL, arguments. A Python function's arguments move into its slots; C code borrows them from the
    stack.
    """
    stack = frame.stack
    base = len(stack) - count - 2
    callee = value_of(stack[base])
    if callee.__class__ is Method and stack[base + 1] is None:
        callee = unpack_method(m, stack, base)
    if callee.__class__ is Function:
        return call_function(m, frame, base, callee, names)
    args = [value_of(ref) for ref in stack[base + 1 :] if ref is not None]
    if isinstance(callee, Type) and m.profile.warm_init and not callee.static:
        init = warm_initialiser(m, frame, callee, count, names)
        if init is not None:
            return enter_init(m, frame, base, callee, init)
    try:
        result = call(m, callee, args, names)
    except GuestError:
        failed(m, frame, len(stack) - base)
        raise
    if result.__class__ in FRAMES:
        return m.push(NativeFrame(m, finish_call, frame, base, result))
    finish_native_call(m, frame, base, result)
    return check_point(m, frame)


def unpack_method(m: Machine, stack: list[Any], base: int) -> Any:
    """A bound method is replaced by its function and self."""
    method = stack[base]
    bound = value_of(method)
    function, receiver = bound.function, bound.receiver
    function.refs += 1
    receiver.refs += 1
    stack[base], stack[base + 1] = function, receiver
    if method.__class__ is not Lent:
        m.heap.close(method)
    return function


def call_function(m: Machine, frame: Frame, base: int, callee: Function, names: tuple[str, ...]) -> int:
    stack = frame.stack
    function = owned(stack[base])
    args = stack[base + 1 :] if stack[base + 1] is not None else stack[base + 2 :]
    del stack[base:]
    return m.push(enter(m, function, args, names))


def finish_native_call(m: Machine, frame: Frame, base: int, result: Any) -> None:
    """Close callee, self and arguments in the order of CPython's CALL; push the result."""
    replace(m, frame, len(frame.stack) - base, result)


def finish_call(m: Machine, native: NativeFrame, frame: Frame, base: int, pending: Any) -> Any:
    try:
        result = yield pending
    except GuestError:
        failed(m, frame, len(frame.stack) - base)
        raise
    finish_native_call(m, frame, base, result)
    if m.collector.requested:
        yield m.collector.automatic(None)
    return None


def check_point(m: Machine, frame: Frame) -> int | None:
    """After a call of C code 3.12+ runs a collection that was asked for."""
    if m.collector.requested:
        return m.push(m.collector.automatic(None))
    return None


def warm_initialiser(m: Machine, frame: Frame, cls: Type, count: int, names: tuple[str, ...]) -> Function | None:
    """CALL_ALLOC_AND_ENTER_INIT: the class that a site calls in its second run is the one it is specialised for, if that can be."""
    if names:
        return None
    site = frame.code.warm
    state = site.get(frame.pc)
    if state is None:
        site[frame.pc] = "seen"
        return None
    if state == "seen":
        state = site[frame.pc] = cls if inlined_initialiser(m, cls, count) is not None else "failed"
    return inlined_initialiser(m, cls, count) if state is cls else None


def inlined_initialiser(m: Machine, cls: Type, count: int) -> Function | None:
    """The Python `__init__` of a class with object's `__new__`, if a call of it can be inlined. 3.13 also wants every parameter given."""
    init = m.lookup(cls, "__init__")
    if init.__class__ is not Function or cls.type is not m.types["type"]:
        return None
    if m.profile.warm_init == 1 and (cls.dictless or init.code.code.arg_count != count + 1):
        return None
    new = m.lookup(cls, "__new__")
    code = init.code.code  # type: ignore[union-attr]
    if new.__class__ is not Builtin or new.owner is not m.types["object"] or code.has_varargs or code.has_varkw or code.kwonly_count:  # type: ignore[union-attr]
        return None
    return init  # type: ignore[return-value]


def enter_init(m: Machine, frame: Frame, base: int, cls: Type, init: Function) -> int:
    """The instance is made, arguments move into `__init__`; a small frame below it holds the instance and checks for None."""
    stack = frame.stack
    args = stack[base + 2 :]
    callee = stack[base]
    del stack[base:]
    return m.push(NativeFrame(m, run_init, frame, cls, init, args, callee))


def run_init(m: Machine, native: NativeFrame, frame: Frame, cls: Type, init: Function, args: list[Any], callee: Any) -> Any:
    instance = native.own(m.heap.instance(cls))
    if callee.__class__ is not Lent:
        m.heap.close(callee)
    instance.refs += 1
    init.refs += 1
    result = yield enter(m, init, [instance, *args])
    if result is not m.none_object:
        native.own(result)
        raise m.error("TypeError", f"__init__() should return None, not '{result.type.name}'")
    m.heap.close(result)
    frame.stack.append(native.give(instance))
    return None


def call_function_ex(m: Machine, frame: Frame, has_keywords: bool) -> int:
    return m.push(NativeFrame(m, star_call, frame, bool(has_keywords)))


def star_call(m: Machine, native: NativeFrame, frame: Frame, has_keywords: bool) -> Any:
    """callee(*args, **kwargs). Up to 3.11 the packed tuple and dict stay on the stack during the call, later they are handed over."""
    stack = frame.stack
    base = len(stack) - (4 if has_keywords else 3)
    packed = value_of(stack[base + 2])
    callee = value_of(stack[base])
    if packed.__class__ is List or packed.__class__ is Tuple:
        m.charge(len(packed.items) >> 3)
    if packed.__class__ is not Tuple:
        if m.lookup(packed.type, "__iter__") is None and m.lookup(packed.type, "__getitem__") is None:
            raise m.error("TypeError", f"{m.callable_name(callee)} argument after * must be an iterable, not {packed.type.name}")
        if packed.__class__ is List:
            made = m.heap.display_tuple([owned_item(item) for item in packed.items])
        else:
            gathered = native.own(m.heap.list([]))
            yield extend(m, gathered, packed)
            made = m.heap.display_tuple([owned_item(item) for item in gathered.items])
            native.drop(gathered)
        old, stack[base + 2] = stack[base + 2], made
        packed = made
        if old.__class__ is not Lent:
            m.heap.close(old)
    args = list(packed.items)
    names: tuple[str, ...] = ()
    if has_keywords:
        pairs = value_of(stack[base + 3]).entries()
        if any(entry.key.__class__ is not Str for entry in pairs):
            raise m.error("TypeError", "keywords must be strings")
        names = tuple(GivenName(entry.key) for entry in pairs)
        args += [entry.value for entry in pairs]
    plain = callee.__class__ is Function and not m.profile.star_call_keeps_arguments
    if plain:
        for arg in args:
            arg.refs += 1
        callee.refs += 1
        try:
            pending = enter(m, callee, args, names)
        finally:
            replace(m, frame, len(stack) - base, None, False)
        result = yield pending
        stack.append(result)
        return None
    wrapper = callee.__class__ is Builtin and callee.spec.name.startswith("__")  # no vectorcall
    if names and callee.__class__ in (Function, Builtin, Method) and not wrapper:  # _PyStack_UnpackDict: an array of its own
        held = args[len(packed.items) :] if m.profile.unpacks_only_keywords else args
        for arg in held[::-1]:
            native.borrow(arg)
    yield None  # what died while the arguments were packed is gone before the call
    try:
        result = yield call_packed(m, callee, packed, args, names)
    except GuestError:
        drop_all(native)
        failed(m, frame, len(stack) - base)
        raise
    drop_all(native)
    finish_native_call(m, frame, base, result)
    return None


def drop_all(native: NativeFrame) -> None:
    """Close what the operation holds now, the last taken first."""
    while native.held:
        native.drop(native.held[-1])


def owned_item(item: HeapObject) -> HeapObject:
    item.refs += 1
    return item


# --- functions and classes --------------------------------------------------------------------------------------------------------


def make_function(m: Machine, frame: Frame, argument: Any) -> None:
    code_object: CodeObject = owned(frame.stack.pop())
    frame.stack.append(m.new_function(code_object, frame.globals))


def set_function_attribute(m: Machine, frame: Frame, what: str) -> None:
    """The value lies below the function."""
    stack = frame.stack
    function = stack.pop()
    value = owned(stack.pop())
    setattr(function, "kwdefaults" if what == "kwdefaults" else what, value)
    stack.append(function)


def load_build_class(m: Machine, frame: Frame, argument: Any) -> None:
    entry = m.builtins.index.get("__build_class__")
    if entry is None:
        raise m.error("NameError", "__build_class__ not found")
    entry.value.refs += 1
    frame.stack.append(entry.value)


def return_generator(m: Machine, frame: Frame, argument: Any) -> int:
    """The frame leaves the stack and lives in a generator object, which is the call's result."""
    m.frame = frame.back
    m.depth -= 1
    frame.back = None
    made = new_generator(m, frame)
    m.deliver(made)
    return SWITCH


# --- attributes -------------------------------------------------------------------------------------------------------------------


def load_attr(m: Machine, frame: Frame, name: str) -> int | None:
    owner = value_of(frame.stack[-1])
    kind = owner.type
    if not kind.static:
        warm = warm_attribute(m, frame, owner, kind, name)
        if warm is not None:
            return warm
    return complete(m, frame, 1, get_attribute(m, owner, name))


def warm_attribute(m: Machine, frame: Frame, owner: Any, kind: Type, name: str) -> int | None:
    """LOAD_ATTR_PROPERTY and LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN: from the second run of a site on the object moves into the getter's
    frame.
    """
    if not m.profile.warm_property:
        return None
    custom = m.lookup(kind, "__getattribute__")
    cold = (frame.pc, "cold")
    if cold in frame.code.warm:
        return None
    if m.lookup(kind, name) is None and m.lookup(kind, "__getattr__") is not None:
        frame.code.warm[cold] = True  # a site that could not be specialised is not tried again soon
        return None
    if custom.__class__ is Function:
        if m.lookup(kind, "__getattr__") is not None or not is_warm(m, frame, 1):
            return None
        args = [frame.stack.pop(), m.heap.name(name)]
        custom.refs += 1  # type: ignore[union-attr]
        return m.push(enter(m, custom, args))  # type: ignore[arg-type]
    found = m.lookup(kind, name)
    if found.__class__ is Record and found.type is m.types["property"] and found.parts[0].__class__ is Function and is_warm(m, frame, 1):  # type: ignore[union-attr]
        getter: Any = found.parts[0]  # type: ignore[union-attr]
        getter.refs += 1
        return m.push(enter(m, getter, [frame.stack.pop()]))
    return None


def load_method(m: Machine, frame: Frame, name: str) -> int | None:
    """Pushes function and self where the attribute is a plain method, else the attribute and NULL."""
    stack = frame.stack
    owner = value_of(stack[-1])
    found = plain_method(m, owner, name)
    if found is not None:
        found.refs += 1
        stack.insert(-1, found)
        return None
    pending = get_attribute(m, owner, name)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, method_later, frame, pending))
    replace(m, frame, 1, pending)
    stack.append(None)
    return None


def method_later(m: Machine, native: NativeFrame, frame: Frame, pending: Any) -> Any:
    result = yield pending
    replace(m, frame, 1, result)
    frame.stack.append(None)
    return None


def plain_method(m: Machine, owner: Any, name: str) -> Any:
    """_PyObject_GetMethod: a function on the class that no instance attribute hides; borrowed, or None."""
    kind = owner.type
    if isinstance(owner, Type) or kind is m.types["super"] or kind is m.types["module"]:
        return None
    if not kind.static:
        custom = m.lookup(kind, "__getattribute__")
        if custom is not None and custom.__class__ is not Builtin:
            return None
    found = m.lookup(kind, name)
    cls = found.__class__
    if not (cls is Function or (cls is Builtin and found.spec.kind == "method" and found.receiver is None)):  # type: ignore[union-attr]
        return None
    if (not kind.dictless or owner.__class__ is Function) and m.heap.attribute(owner, name) is not None:
        return None
    return found


def store_attr(m: Machine, frame: Frame, name: Str) -> int | None:
    """The stack holds value, owner. The owner is closed before the old value dies? No: the old value goes first, inside the store."""
    value, owner = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    pending = set_attribute(m, owner, name, value)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, stored_later, frame, pending, 2))
    replace(m, frame, 2, None)
    return None


def stored_later(m: Machine, native: NativeFrame, frame: Frame, pending: Any, count: int) -> Any:
    try:
        yield pending
    except GuestError:
        failed(m, frame, count)
        raise
    replace(m, frame, count, None)
    return None


def delete_attr(m: Machine, frame: Frame, name: Str) -> int | None:
    pending = set_attribute(m, value_of(frame.stack[-1]), name, None)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, stored_later, frame, pending, 1))
    replace(m, frame, 1, None)
    return None


def load_super_attr(m: Machine, frame: Frame, shape: tuple[str, bool, bool]) -> int | None:
    """super().name without making the super object; the stack holds the global `super`, class, self."""
    name, is_method, _ = shape
    stack = frame.stack
    cls, instance = value_of(stack[-2]), value_of(stack[-1])
    if value_of(stack[-3]) is not m.types["super"]:
        return m.push(NativeFrame(m, super_called, frame, name, is_method))
    start = m.super_start(cls, instance)
    found: Any
    found, start = super_lookup(m, cls, start, name)
    if is_method and found.__class__ in (Function, Builtin) and not is_data_descriptor(m, found) and instance is not start:
        if found.__class__ is Function or found.spec.kind == "method":  # type: ignore[union-attr]
            found.refs += 1
            receiver = stack.pop()
            if not is_warm(m, frame, 1):  # the general form takes a reference, LOAD_SUPER_ATTR_METHOD passes the loaded one on
                receiver = owned(receiver)
            used = [stack.pop(), stack.pop()]
            stack.extend([found, receiver])
            for ref in used:
                if ref is not None and ref.__class__ is not Lent:
                    m.heap.close(ref)
            return None
    made = m.new_super(cls, instance, start)
    pending = get_attribute(m, made, name)
    m.heap.close(made)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, super_later, frame, pending, is_method))
    replace(m, frame, 3, pending)
    if is_method:
        stack.append(None)
    return None


def super_later(m: Machine, native: NativeFrame, frame: Frame, pending: Any, is_method: bool) -> Any:
    result = yield pending
    replace(m, frame, 3, result)
    if is_method:
        frame.stack.append(None)
    return None


def super_called(m: Machine, native: NativeFrame, frame: Frame, name: str, is_method: bool) -> Any:
    """`super` is something else here: an ordinary call and attribute."""
    callee, cls, instance = (value_of(ref) for ref in frame.stack[-3:])
    made = native.own((yield call(m, callee, [cls, instance])))
    result = yield get_attribute(m, made, name)
    replace(m, frame, 3, result)
    if is_method:
        frame.stack.append(None)
    return None


# --- import -----------------------------------------------------------------------------------------------------------------------


def import_name(m: Machine, frame: Frame, name: str) -> int | None:
    """The stack holds the level of a relative import and the names wanted from the module."""
    level, wanted = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    if level.value:
        raise relative_import(m)
    return complete(m, frame, 2, import_module(m, name, whole=wanted is m.none_object))


def import_from_module(m: Machine, frame: Frame, name: str) -> int | None:
    """The module stays on the stack."""
    module = value_of(frame.stack[-1])
    found = m.heap.attribute(module, name) if module.__class__ is Module else None
    if found is None:
        return m.push(NativeFrame(m, import_from, module, name))
    found.refs += 1
    frame.stack.append(found)
    return None


def import_all(m: Machine, frame: Frame, argument: Any = None) -> int:
    """The module is replaced by None."""
    return m.push(NativeFrame(m, import_star_later, frame))


def import_star_later(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    yield NativeFrame(m, import_star, value_of(frame.stack[-1]), frame)
    replace(m, frame, 1, m.none())
    return None


def setup_annotations(m: Machine, frame: Frame, argument: Any) -> None:
    namespace = frame.locals if frame.locals is not None else frame.globals
    if "__annotations__" not in namespace.index:
        key = m.heap.name("__annotations__")
        m.heap.dict_store(namespace, "__annotations__", key, m.heap.dict())
        m.heap.close(key)


def intrinsic(m: Machine, frame: Frame, name: str) -> int | None:
    """CALL_INTRINSIC_1 by name."""
    return INTRINSICS[name](m, frame)


def unary_positive(m: Machine, frame: Frame) -> int | None:
    return complete(m, frame, 1, m.unary("+", value_of(frame.stack[-1])))


def list_to_tuple_intrinsic(m: Machine, frame: Frame) -> None:
    source = value_of(frame.stack[-1])
    replace(m, frame, 1, m.heap.display_tuple([owned_item(item) for item in source.items]))


def stop_iteration_error(m: Machine, frame: Frame) -> None:
    """A StopIteration that leaves a generator's body becomes RuntimeError (PEP 479)."""
    exception = value_of(frame.stack[-1])
    leaving = [name for name in ("StopIteration", "StopAsyncIteration") if m.types[name] in exception.type.order]
    if leaving and (leaving[0] == "StopIteration" or frame.generator.type is m.types["async_generator"]):
        error = m.error("RuntimeError", f"{word_for(frame.generator)} raised {leaving[0]}").exception
        for field in ("cause", "context"):
            old = getattr(error, field)
            exception.refs += 1
            setattr(error, field, exception)
            if old is not None:
                m.heap.close(old)
        replace(m, frame, 1, error)


INTRINSICS: dict[str, Any] = {
    "INTRINSIC_UNARY_POSITIVE": unary_positive, "INTRINSIC_LIST_TO_TUPLE": list_to_tuple_intrinsic,
    "INTRINSIC_STOPITERATION_ERROR": stop_iteration_error, "INTRINSIC_IMPORT_STAR": import_all,
    "INTRINSIC_ASYNC_GEN_WRAP": async_gen_wrap,
}  # fmt: skip


TABLE = {
    "CALL": call_positional, "CALL_KW": call_keywords, "CALL_FUNCTION_EX": call_function_ex, "MAKE_FUNCTION": make_function,
    "SET_FUNCTION_ATTRIBUTE": set_function_attribute, "LOAD_BUILD_CLASS": load_build_class, "RETURN_GENERATOR": return_generator,
    "LOAD_ATTR": load_attr,
    "LOAD_METHOD": load_method, "STORE_ATTR": store_attr, "DELETE_ATTR": delete_attr, "LOAD_SUPER_ATTR": load_super_attr,
    "IMPORT_NAME": import_name,
    "IMPORT_FROM": import_from_module, "IMPORT_STAR": import_all, "SETUP_ANNOTATIONS": setup_annotations, "CALL_INTRINSIC_1": intrinsic,
}  # fmt: skip
