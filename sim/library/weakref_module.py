"""The module weakref as guest source: who holds what in it is what counts.

A WeakValueDictionary holds keys and weak references, a finalize object lives in a registry. Up to 3.13 a container that is iterated puts
removals off until nobody iterates; from 3.14 on it iterates over a copy (Lib/weakref.py, Lib/_weakrefset.py).
"""

from __future__ import annotations

from sim.library.weak_containers import CONTAINERS, GUARD
from sim.profiles import Profile

METHODS = '''import sys

class WeakMethod(ref):
    __slots__ = "_func_ref", "_meth_type", "_alive", "__weakref__"

    def __new__(cls, meth, callback=None):
        try:
            obj = meth.__self__
            func = meth.__func__
        except AttributeError:
            raise TypeError("argument should be a bound method, not {}".format(type(meth))) from None

        def _cb(arg):
            self = self_wr()
            if self._alive:
                self._alive = False
                if callback is not None:
                    callback(self)

        self = ref.__new__(cls, obj, _cb)
        self._func_ref = ref(func, _cb)
        self._meth_type = type(meth)
        self._alive = True
        self_wr = ref(self)
        return self

    def __call__(self):
        obj = ref.__call__(self)
        func = self._func_ref()
        if obj is None or func is None:
            return None
        return self._meth_type(func, obj)

    def __eq__(self, other):
        if isinstance(other, WeakMethod):
            if not self._alive or not other._alive:
                return self is other
            return ref.__eq__(self, other) and self._func_ref == other._func_ref
        return NotImplemented

    __hash__ = ref.__hash__


class KeyedRef(ref):
    __slots__ = ("key",)

    def __new__(type, ob, callback, key):
        self = ref.__new__(type, ob, callback)
        self.key = key
        return self

    def __init__(self, ob, callback, key):
        super().__init__(ob, callback)
'''

FINALIZE = '''
class finalize:
    __slots__ = ()
    _registry = {}
    _shutdown = False
    _registered_with_atexit = False

    class _Info:
        __slots__ = ("weakref", "func", "args", "kwargs", "atexit", "index")

    _counter = [0]

    def __init__(self, obj, func, /, *args, **kwargs):
        if not finalize._registered_with_atexit:
            import atexit
            atexit.register(finalize._exitfunc)
            finalize._registered_with_atexit = True
        info = finalize._Info()
        info.weakref = ref(obj, self)
        info.func = func
        info.args = args
        info.kwargs = kwargs or None
        info.atexit = True
        info.index = finalize._counter[0]
        finalize._counter[0] += 1
        finalize._registry[self] = info

    def __call__(self, _=None):
        info = finalize._registry.pop(self, None)
        if info and not finalize._shutdown:
            return info.func(*info.args, **(info.kwargs or {}))

    def detach(self):
        info = finalize._registry.get(self)
        obj = info and info.weakref()
        if obj is not None and finalize._registry.pop(self, None):
            return (obj, info.func, info.args, info.kwargs or {})

    def peek(self):
        info = finalize._registry.get(self)
        obj = info and info.weakref()
        if obj is not None:
            return (obj, info.func, info.args, info.kwargs or {})

    @property
    def alive(self):
        return self in finalize._registry

    @property
    def atexit(self):
        info = finalize._registry.get(self)
        return bool(info) and info.atexit

    @atexit.setter
    def atexit(self, value):
        info = finalize._registry.get(self)
        if info:
            info.atexit = bool(value)

    @classmethod
    def _exitfunc(cls):
        pending = [(f, i) for f, i in cls._registry.items() if i.atexit]
        pending.sort(key=lambda item: item[1].index)
        while pending:
            f, info = pending.pop()
            if f in cls._registry:
                f()
        finalize._shutdown = True
'''

COMMIT = """if self._pending_removals:
{indent}    self._commit_removals()"""


def source(profile: Profile) -> str:
    """The text for one version."""
    guarded = not profile.weak_containers_copied
    lines: list[str] = []
    for line in (METHODS + (GUARD if guarded else "") + CONTAINERS + FINALIZE).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        if "if_guarded: " in line or line.strip() == "{commit}":
            if guarded:
                lines.append(line.replace("if_guarded: ", "").replace("{commit}", COMMIT.replace("{indent}", indent)))
            continue
        line = line.replace("{guarded}", "with _IterationGuard(self):" if guarded else "if True:")
        lines.append(line.replace("{data}", "self.data" if guarded else "self.data.copy()"))
    return "\n".join(lines) + "\n"


SOURCES = {"weakref": source}
