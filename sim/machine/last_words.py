"""Calls on behalf of what dies: finalizers, callbacks of weak references, and the hook for what they raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.frames import Generator_, GuestError, NativeFrame
from sim.machine.generators import close_generator
from sim.objects.containers import WeakReference
from sim.objects.functions import ExceptionObject
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def close_dying(m: Machine, frame: NativeFrame, dead: Generator_) -> Any:
    """_PyGen_Finalize: what closing raised is told with the generator."""
    try:
        yield NativeFrame(m, close_generator, dead)
    except GuestError as error:
        dead.refs += 1
        error.origin = ("closing generator", dead)
        raise
    return None


def call_finalizer(m: Machine, frame: NativeFrame, dead: Any, function: HeapObject) -> Any:
    """PyObject_CallFinalizer: the method is called with the object, which counts as finalized from then on."""
    frame.borrow(function)
    try:
        m.heap.close((yield call(m, function, [dead])))
    except GuestError as error:
        function.refs += 1
        error.origin = ("calling deallocator", function)
        raise
    finally:
        dead.finalized = True
    return None


def call_unraisable_hook(
    m: Machine, frame: NativeFrame, exception: ExceptionObject, hook: HeapObject, origin: tuple[str, HeapObject] | None
) -> Any:
    """sys.unraisablehook(args) with exc_type, exc_value, exc_traceback, err_msg and object (3.14+: the message names the object)."""
    frame.own(exception)
    frame.borrow(hook)
    message = culprit = None
    if origin is not None:
        culprit = frame.own(origin[1])
        if m.profile.unraisable_message:
            shown = frame.own((yield m.call_method(culprit, "__repr__", [])))
            message = frame.own(m.heap.str(f"Exception ignored while {origin[0]} {shown.value}"))
            culprit = None
    args = frame.own(m.heap.instance(m.types["SimpleNamespace"]))
    rows = {"exc_type": exception.type, "exc_value": exception, "exc_traceback": exception.traceback}
    rows |= {"err_msg": message, "object": culprit}
    for name, value in rows.items():
        key = m.heap.name(name)
        kept: HeapObject = value if value is not None else m.none_object
        kept.refs += 1
        m.heap.set_attribute(args, key, kept)
        m.heap.close(key)
    try:
        m.heap.close((yield call(m, hook, [args])))
    except GuestError as error:
        m.heap.close(error.exception)
    return None


def call_callback(m: Machine, frame: NativeFrame, reference: WeakReference, callback: HeapObject) -> Any:
    frame.own(reference)
    frame.own(callback)
    try:
        m.heap.close((yield call(m, callback, [reference])))
    except GuestError as error:
        callback.refs += 1
        error.origin = ("calling weakref callback", callback)
        raise
    return None
