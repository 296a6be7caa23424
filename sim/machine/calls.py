"""Calls: binding arguments to a function's slots, calling anything callable, making instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import Frame, Generator_, GuestError, Lent, NativeFrame
from sim.machine.natives import did_you_mean, invoke
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Method, Tuple
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.compiler import Code
    from sim.machine.machine import Machine


def call(m: Machine, callee: HeapObject, args: list[Any], names: tuple[str, ...] = ()) -> Any:
    """Call anything from native code. args are borrowed; the last len(names) are given by keyword. An object or a frame."""
    kind = callee.__class__
    if kind is Function:
        for arg in args:
            arg.refs += 1
        callee.refs += 1
        return enter(m, callee, list(args), names)  # type: ignore[arg-type]
    if kind is Builtin:
        return call_builtin(m, callee, args, names)  # type: ignore[arg-type]
    if kind is Method:
        return call_method_chain(m, callee, args, names)
    if isinstance(callee, Type):
        return call_type(m, callee, args, names)
    return call_instance(m, callee, args, names)


def call_method_chain(m: Machine, callee: Any, args: list[Any], names: tuple[str, ...]) -> Any:
    """A bound method, perhaps of a bound method: the innermost receiver comes first."""
    receivers = []
    while callee.__class__ is Method:
        receivers.append(callee.receiver)
        callee = callee.function
    m.charge(len(receivers) >> 2)
    return call(m, callee, [*reversed(receivers), *args], names)


def call_builtin(m: Machine, callee: Builtin, args: list[Any], names: tuple[str, ...] = ()) -> Any:
    """A native function, method descriptor or bound native method."""
    spec = callee.spec
    receiver = callee.receiver
    if receiver is not None:
        return stopping(m, spec, invoke(m, spec, [receiver, *args], names, 1))
    if spec.kind == "method":
        if not args:
            raise m.error("TypeError", f"unbound method {callee.owner.name}.{spec.name}() needs an argument")  # type: ignore[union-attr]
        owner = callee.owner
        if isinstance(owner, Type) and owner not in args[0].type.order:
            message = f"descriptor '{spec.name}' for '{owner.name}' objects doesn't apply to a '{args[0].type.name}' object"
            raise m.error("TypeError", message)
        return stopping(m, spec, invoke(m, spec, args, names, 1))
    if spec.kind == "getter":
        raise m.error("TypeError", f"'{callee.type.name}' object is not callable")
    if spec.name == "__new__":
        check_class_to_make(m, callee.owner, args)
    return invoke(m, spec, args, names, 1 if spec.kind in ("static", "class") else 0)


def check_class_to_make(m: Machine, owner: Any, args: list[Any]) -> None:
    """tp_new_wrapper: `__new__` wants a class, a subclass of its owner, and no more special base than that (Objects/typeobject.c)."""
    if not args:
        raise m.error("TypeError", f"{owner.name}.__new__(): not enough arguments")
    cls = args[0]
    if not isinstance(cls, Type):
        raise m.error("TypeError", f"{owner.name}.__new__(X): X is not a type object ({cls.type.name})")
    if owner not in cls.order:
        raise m.error("TypeError", f"{owner.name}.__new__({cls.name}): {cls.name} is not a subtype of {owner.name}")
    maker = next(kind for kind in cls.order if kind.static and "__new__" in kind.natives)
    if maker is not owner:
        raise m.error("TypeError", f"{owner.name}.__new__({cls.name}) is not safe, use {maker.name}.__new__()")


def stopping(m: Machine, spec: Any, result: Any) -> Any:
    """A native `__next__` says None when exhausted; a caller of the method sees StopIteration."""
    if result is None:
        raise m.error("StopIteration")
    if spec.name == "__next__" and result.__class__ in (NativeFrame, Frame):
        return NativeFrame(m, stop_when_exhausted, result)
    return result


def stop_when_exhausted(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    result = yield pending
    if result is None:
        raise m.error("StopIteration")
    return result


def call_packed(m: Machine, callee: Any, packed: Tuple, args: list[Any], names: tuple[str, ...]) -> Any:
    """A call by CALL_FUNCTION_EX: the caller's tuple and dict are the ones that tp_call gets, none are made."""
    if isinstance(callee, Type):
        return call_type(m, callee, args, names, packed=packed)
    if callee.__class__ is Builtin and callee.spec.name == "__call__":
        if isinstance(callee.receiver, Type):
            return make_instance(m, callee.receiver, args, names, packed=packed)
        if callee.receiver is None and args and isinstance(args[0], Type):
            return NativeFrame(m, call_sliced, args[0], args[1:], names)
    if callee.__class__ in (Function, Builtin, Method) or m.lookup(callee.type, "__call__") is None:
        return call(m, callee, args, names)
    return NativeFrame(m, call_slot, m.lookup(callee.type, "__call__"), [callee, *args], names, packed)


def call_sliced(m: Machine, frame: NativeFrame, cls: Type, args: list[Any], names: tuple[str, ...]) -> Any:
    """type.__call__(cls, *args, **kwargs): wrapperdescr_call cuts the class off the tuple and passes the dict on."""
    positional = args[: len(args) - len(names)]
    for arg in positional:
        arg.refs += 1
    packed = frame.own(m.heap.tuple(positional))
    return (yield make_instance(m, cls, args, names, packed=packed))


def call_instance(m: Machine, callee: HeapObject, args: list[Any], names: tuple[str, ...]) -> Any:
    """An instance with `__call__`."""
    method = m.lookup(callee.type, "__call__")
    if method is None:
        raise m.error("TypeError", f"'{callee.type.name}' object is not callable")
    return NativeFrame(m, call_slot, method, [callee, *args], names)


def call_slot(
    m: Machine, frame: NativeFrame, method: HeapObject, args: list[Any], names: tuple[str, ...], packed: Tuple | None = None
) -> Any:
    """slot_tp_call: the arguments are packed into a tuple and a dict for the C slot, which holds them during the call."""
    if not isinstance(method, Builtin):
        if packed is None:
            pack(m, frame, args[1:], names)
        prepend(m, frame, method, args, names)
    return (yield call(m, method, args, names))


def pack(m: Machine, frame: NativeFrame, args: list[Any], names: tuple[str, ...], *, with_tuple: bool = True) -> None:
    """_PyObject_MakeTpCall: a tuple of the positional arguments and a dict of the others, held during the call."""
    positional = args[: len(args) - len(names)]
    if positional and with_tuple:
        for arg in positional:
            arg.refs += 1
        frame.own(m.heap.display_tuple(list(positional)))
    if names:
        keyword_dict = frame.own(m.heap.dict())
        for name, value in zip(names, args[len(positional) :], strict=True):
            value.refs += 1
            key = m.heap.name(name)
            m.heap.dict_store(keyword_dict, name, key, value)
            m.heap.close(key)


def prepend(m: Machine, frame: NativeFrame, function: Any, args: list[Any], names: tuple[str, ...]) -> None:
    """_PyObject_Call_Prepend of a Python function: with keywords, _PyStack_UnpackDict copies everything into an array of its own;
    3.15 holds only the values given by keyword."""
    if names and function.__class__ is Function:
        for arg in args[len(args) - len(names) :] if m.profile.unpacks_only_keywords else args:
            frame.borrow(arg)


# --- functions --------------------------------------------------------------------------------------------------------------------


def enter(m: Machine, function: Function, args: list[Any], names: tuple[str, ...] = ()) -> Any:
    """A frame for a call. Steals `function` and every argument (owned references or Lent). A generator function gives the generator."""
    code_object = function.code
    code: Code = code_object.code
    count = len(args)
    if count == code.arg_count and not names and not code.has_varargs and not code.has_varkw and not code.kwonly_count:
        slots = args
    else:
        try:
            slots = bind(m, function, args, names)
        except GuestError:
            close_unbound(m, code, args, names)
            m.heap.close(function)
            raise
    missing = len(code.slots) - len(slots)
    if missing:
        slots.extend([None] * missing)
    code_object.refs += 1
    return Frame(code_object, function, function.globals, slots)


def close_unbound(m: Machine, code: Code, args: list[Any], names: tuple[str, ...]) -> None:
    """Arguments of a call that failed: first those that found no place, then the slots in the version's order."""
    given = len(args) - len(names)
    total = code.arg_count + code.kwonly_count
    placed: dict[int, Any] = dict(enumerate(args[: min(given, code.arg_count)]))
    extra = args[code.arg_count : given]
    lost = [] if code.has_varargs else extra
    for position, name in enumerate(names, given):
        index = code.slots.index(name, code.posonly_count, total) if name in code.slots[code.posonly_count : total] else -1
        if index in placed or (index < 0 and not code.has_varkw):
            lost += args[position:]
            break
        placed[index if index >= 0 else total + 1 + position] = args[position]
    slots = [placed[index] for index in sorted(placed) if index < total]
    packed = extra[::-1] if code.has_varargs else []  # a tuple lets its last item go first
    named = [placed[index] for index in sorted(placed) if index >= total]
    kept = [*named, *packed, *slots[::-1]] if m.profile.slots_released_backwards else [*slots, *packed, *named]
    for arg in (*lost, *kept):
        if arg.__class__ is not Lent:
            m.heap.close(arg)


def bind(m: Machine, function: Function, args: list[Any], names: tuple[str, ...]) -> list[Any]:
    """initialize_locals (Python/ceval.c): positional, star, keyword, defaults. On an error nothing has been taken over."""
    code: Code = function.code.code
    positional = args[: len(args) - len(names)]
    total = code.arg_count + code.kwonly_count
    slots: list[Any] = [None] * (total + code.has_varargs + code.has_varkw)
    direct = min(len(positional), code.arg_count)
    slots[:direct] = positional[:direct]
    extra = positional[code.arg_count :]
    keywords: list[tuple[str, Any]] = []
    for name, value in zip(names, args[len(positional) :], strict=True):
        index = code.slots.index(name, code.posonly_count, total) if name in code.slots[code.posonly_count : total] else -1
        if index >= 0:
            if slots[index] is not None:
                raise m.error("TypeError", f"{function_name(function)}() got multiple values for argument '{name}'")
            slots[index] = value
        elif code.has_varkw:
            keywords.append((name, value))
        else:
            raise unexpected_keyword(m, function, name, names)
    if extra and not code.has_varargs:
        raise too_many(m, function, len(positional), slots)
    fill_defaults(m, function, slots, len(positional))
    if code.has_varargs:
        slots[total] = m.heap.display_tuple([owned(item) for item in extra])
    if code.has_varkw:
        keyword_dict = m.heap.dict()
        for name, value in keywords:
            key = key_of(m, name)
            m.heap.dict_store(keyword_dict, str(name), key, owned(value))
            m.heap.close(key)
        slots[total + code.has_varargs] = keyword_dict
    return slots


class GivenName(str):
    """A keyword that came out of a `**` dict: it brings its own str object, which a **kwargs dict takes over as it is."""

    object: Str

    def __new__(cls, key: Str) -> GivenName:
        made = super().__new__(cls, key.value)
        made.object = key
        return made


def key_of(m: Machine, name: str) -> Str:
    """The str object for a keyword's name (new reference)."""
    if isinstance(name, GivenName):
        name.object.refs += 1
        return name.object
    return m.heap.name(name)


def owned(ref: Any) -> Any:
    """Turn a stack reference into a counted one (a lent one gets its own count)."""
    if ref.__class__ is Lent:
        ref = ref.object
        ref.refs += 1
    return ref


def fill_defaults(m: Machine, function: Function, slots: list[Any], given: int) -> None:
    code: Code = function.code.code
    defaults = function.defaults.items if function.defaults is not None else []
    first = code.arg_count - len(defaults)
    missing = [code.slots[i] for i in range(code.arg_count) if slots[i] is None and i < first]
    if missing:
        raise missing_arguments(m, function, missing, "positional")
    kwdefaults = function.kwdefaults.index if function.kwdefaults is not None else {}
    absent = [name for name in code.slots[code.arg_count : code.arg_count + code.kwonly_count]
              if slots[code.slots.index(name)] is None and name not in kwdefaults]  # fmt: skip
    if absent:
        raise missing_arguments(m, function, absent, "keyword-only")
    for index in range(code.arg_count):
        if slots[index] is None:
            slots[index] = defaults[index - first]
            slots[index].refs += 1
    for index in range(code.arg_count, code.arg_count + code.kwonly_count):
        if slots[index] is None:
            slots[index] = kwdefaults[code.slots[index]].value
            slots[index].refs += 1


def function_name(function: Function) -> str:
    return function.qualname.value  # type: ignore[attr-defined, no-any-return]


def missing_arguments(m: Machine, function: Function, names: list[str], kind: str) -> GuestError:
    quoted = [f"'{name}'" for name in names]
    if len(quoted) == 1:
        listing = quoted[0]
    elif len(quoted) == 2:
        listing = " and ".join(quoted)
    else:
        listing = ", ".join(quoted[:-1]) + ", and " + quoted[-1]
    plural = "s" if len(names) != 1 else ""
    return m.error("TypeError", f"{function_name(function)}() missing {len(names)} required {kind} argument{plural}: {listing}")


def unexpected_keyword(m: Machine, function: Function, name: str, names: tuple[str, ...]) -> GuestError:
    code: Code = function.code.code
    positional_only = [given for given in names if given in code.slots[: code.posonly_count]]
    if positional_only:
        listing = ", ".join(positional_only)
        message = f"{function_name(function)}() got some positional-only arguments passed as keyword arguments: '{listing}'"
        return m.error("TypeError", message)
    allowed = code.slots[code.posonly_count : code.arg_count + code.kwonly_count]
    return m.error("TypeError", f"{function_name(function)}() got an unexpected keyword argument '{name}'{did_you_mean(m, name, allowed)}")


def too_many(m: Machine, function: Function, given: int, slots: list[Any]) -> GuestError:
    code: Code = function.code.code
    defaults = len(function.defaults.items) if function.defaults is not None else 0
    takes = f"from {code.arg_count - defaults} to {code.arg_count}" if defaults else str(code.arg_count)
    plural = "s" if defaults or code.arg_count != 1 else ""
    kwonly = sum(slots[i] is not None for i in range(code.arg_count, code.arg_count + code.kwonly_count))
    were = "was" if given == 1 and not kwonly else "were"
    extra = (
        f" positional argument{'s' if given != 1 else ''} (and {kwonly} keyword-only argument{'s' if kwonly != 1 else ''})"
        if kwonly
        else ""
    )
    message = f"{function_name(function)}() takes {takes} positional argument{plural} but {given}{extra} {were} given"
    return m.error("TypeError", message)


# --- classes ----------------------------------------------------------------------------------------------------------------------


def call_type(m: Machine, cls: Type, args: list[Any], names: tuple[str, ...] = (), *, packed: Tuple | None = None) -> Any:
    """type.__call__ and its overriding metaclass `__call__`."""
    if not cls.type.static:
        method = m.lookup(cls.type, "__call__")
        if method is not None and not isinstance(method, Builtin):
            return NativeFrame(m, call_slot, method, [cls, *args], names, packed)
    return make_instance(m, cls, args, names, packed=packed)


def make_instance(m: Machine, cls: Type, args: list[Any], names: tuple[str, ...], *, packed: Tuple | None = None) -> Any:
    """type.__call__ itself. packed: the tuple of arguments where the caller has one; then it has the dict as well."""
    if cls is m.types["type"] and len(args) == 1 and not names:
        args[0].type.refs += 1
        return args[0].type
    if cls.static:
        exact = cls.natives.get("<call>")  # tp_vectorcall: no tuple of arguments is made
        if exact is not None:
            return invoke(m, exact, [cls, *args], names, 1)
        new = m.lookup(cls, "__new__")
        init = m.lookup(cls, "__init__")
        if new is None:
            raise m.error("TypeError", f"cannot create '{cls.name}' instances")
        if init is None or init.owner is m.types["object"]:  # type: ignore[attr-defined]
            if packed is not None or len(args) == len(names) or cls.name in WITHOUT_ARGUMENT_TUPLE:
                return invoke(m, new.spec, [cls, *args], names, 1)  # type: ignore[attr-defined]
            return NativeFrame(m, make_native, cls, new, args, names)
    return NativeFrame(m, construct, cls, args, names, packed)


def new_reference(object_: Any) -> Any:
    object_.refs += 1
    return object_


# Have a tp_vectorcall of their own, or make the tuple of arguments a part of the new object.
WITHOUT_ARGUMENT_TUPLE = frozenset({
    "super", "enumerate", "reversed", "itertools.chain", "float", "tuple", "bool", "range", "map", "filter", "complex", "bytearray",
    "bytes", "frozenset", "int", "str",
})  # fmt: skip


def make_native(m: Machine, frame: NativeFrame, cls: Type, new: Any, args: list[Any], names: tuple[str, ...]) -> Any:
    """_PyObject_MakeTpCall: the positional arguments are in a tuple while tp_new runs."""
    plain = args[: len(args) - len(names)]
    for arg in plain:
        arg.refs += 1
    frame.own(m.heap.display_tuple(plain))
    return (yield invoke(m, new.spec, [cls, *args], names, 1))


def construct(m: Machine, frame: NativeFrame, cls: Type, args: list[Any], names: tuple[str, ...], packed: Tuple | None) -> Any:
    """type_call: `__new__`, then `__init__` if the result is an instance. C keeps the arguments in a tuple meanwhile."""
    new = m.lookup(cls, "__new__")
    own_tuple = new.__class__ is Builtin and new.owner is m.types["BaseException"]  # an exception's tuple is its `args`
    if packed is None:
        pack(m, frame, args, names, with_tuple=not own_tuple and cls.name not in WITHOUT_ARGUMENT_TUPLE)
    init = m.lookup(cls, "__init__")
    if new is None:
        raise m.error("TypeError", f"cannot create '{cls.name}' instances")
    if new.__class__ is Builtin and new.owner is m.types["object"]:  # type: ignore[attr-defined]
        instance = frame.own(object_new(m, cls, args, init))
    else:
        inner = new.parts[0] if new.type is m.types["staticmethod"] else new  # type: ignore[attr-defined]
        kept = len(frame.held)
        prepend(m, frame, inner, [cls, *args], names)
        instance = yield call(m, inner, [cls, *args], names)
        while len(frame.held) > kept:
            m.heap.close(frame.held.pop())
        frame.own(instance)
        if own_tuple and packed is not None and len(packed.items) == len(instance.arguments.items):
            old, instance.arguments = instance.arguments, new_reference(packed)
            m.heap.close(old)
        elif own_tuple:
            frame.borrow(instance.arguments)
    if cls in instance.type.order:
        init = m.lookup(instance.type, "__init__")
        if init is not None and not (init.__class__ is Builtin and init.owner is m.types["object"]):  # type: ignore[attr-defined]
            prepend(m, frame, init, [instance, *args], names)
            result = yield call(m, init, [instance, *args], names)
            if result is not m.none_object:
                frame.own(result)
                raise m.error("TypeError", f"__init__() should return None, not '{result.type.name}'")
    return frame.give(instance)


def object_new(m: Machine, cls: Type, args: list[Any], init: HeapObject | None) -> HeapObject:
    """object.__new__ with its check for arguments that nobody takes (Objects/typeobject.c object_new)."""
    if args and (init is None or (init.__class__ is Builtin and init.owner is m.types["object"])):  # type: ignore[attr-defined]
        raise m.error("TypeError", f"{cls.name}() takes no arguments")
    return new_instance(m, cls)


def new_instance(m: Machine, cls: Type) -> HeapObject:
    if cls.abstract:
        raise m.error("TypeError", abstract_message(m, cls))
    if cls.static:
        return m.new_plain_object(cls)
    return m.heap.instance(cls)


def abstract_message(m: Machine, cls: Type) -> str:
    names = sorted(cls.abstract)
    plural = "s" if len(names) != 1 else ""
    if m.profile.version == "3.11":
        return f"Can't instantiate abstract class {cls.name} with abstract method{plural} {', '.join(names)}"
    listing = ", ".join(f"'{name}'" for name in names)
    return f"Can't instantiate abstract class {cls.name} without an implementation for abstract method{plural} {listing}"


def new_generator(m: Machine, frame: Frame) -> Generator_:
    """The generator, coroutine or asynchronous generator of a function's frame, which leaves the stack of running frames."""
    function = frame.function
    assert function is not None
    function.name.refs += 1
    function.qualname.refs += 1
    frame.slots = [owned(ref) for ref in frame.slots]  # a generator outlives the lender
    kind = m.types[frame.code.code.kind]
    size = m.profile.generator_size + 8 * (len(frame.slots) + frame.code.code.stack_size)
    made = Generator_(kind, m.heap.collectable(size), size, frame, function.name, function.qualname)
    frame.generator = made
    m.heap.track(made)
    return made
