"""The built-in types as one table: name, layout of the instances, base. Their methods are natives declared under the same name
elsewhere in the library.
"""

from __future__ import annotations

from sim.machine.frames import FrameObject, Generator_
from sim.objects.classes import Instance, Type
from sim.objects.containers import Builtin, Cell, Iter, List, Method, Record, Tuple, WeakReference
from sim.objects.functions import CodeObject, ExceptionObject, Function, Module, Traceback
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import ByteArray, Bytes, Complex, Float, Int, Range, RangeIterator, Singleton, Str


class KindName(str):
    """Stands for a built-in kind in a module's table of constants."""

    __slots__ = ()


LAYOUTS: dict[str, type[HeapObject]] = {
    "object": HeapObject, "type": Type, "int": Int, "bool": Int, "float": Float, "complex": Complex, "str": Str, "bytes": Bytes,
    "bytearray": ByteArray,
    "NoneType": Singleton, "ellipsis": Singleton, "NotImplementedType": Singleton, "tuple": Tuple, "list": List, "dict": Dict, "set": Set,
    "frozenset": Set,
    "range": Range, "range_iterator": RangeIterator, "slice": Record, "cell": Cell, "function": Function, "method": Method,
    "code": CodeObject,
    "builtin_function_or_method": Builtin, "method_descriptor": Builtin, "method-wrapper": Builtin, "classmethod_descriptor": Builtin,
    "wrapper_descriptor": Builtin, "getset_descriptor": Record, "member_descriptor": Record, "property": Record, "classmethod": Record,
    "staticmethod": Record,
    "super": Record, "module": Module, "frame": FrameObject, "traceback": Traceback, "generator": Generator_, "iterator": Iter,
    "coroutine": Generator_, "async_generator": Generator_, "coroutine_wrapper": Record, "async_generator_asend": Record,
    "async_generator_athrow": Record, "async_generator_wrapped_value": Record,
    "callable_iterator": Record,
    "mappingproxy": Record, "ReferenceType": WeakReference, "ProxyType": WeakReference, "SimpleNamespace": Instance,
}  # fmt: skip


BASES = {"bool": "int"}

# Types whose tp_clear does nothing although they are containers, or whose instances the collector does not track.
NOT_CLEARABLE = frozenset({"method", "slice", "builtin_function_or_method", "map", "filter", "zip", "enumerate", "reversed"})

# What weak references may point to among the built-in types.
WEAKREFABLE = frozenset({
    "memoryview",
    "type", "set", "frozenset", "function", "method", "code", "builtin_function_or_method", "module", "generator",
    "coroutine", "async_generator",
})  # fmt: skip

# The modules of built-in kinds that are not called builtins.Something.
HOME_MODULES = {
    "SimpleNamespace": "types", "GenericAlias": "types", "UnionType": "types", "ReferenceType": "weakref",
    "ProxyType": "weakref", "CallableProxyType": "weakref",
    "itemgetter": "operator", "attrgetter": "operator",
    "methodcaller": "operator", "deque": "collections", "defaultdict": "collections", "_deque_iterator": "collections",
    "_deque_reverse_iterator": "collections",
}  # fmt: skip

# Exceptions: name -> base, outermost first (Objects/exceptions.c; the documentation's hierarchy).
EXCEPTIONS = {
    "BaseException": "object", "BaseExceptionGroup": "BaseException", "GeneratorExit": "BaseException",
    "KeyboardInterrupt": "BaseException",
    "SystemExit": "BaseException", "Exception": "BaseException", "ExceptionGroup": "BaseExceptionGroup", "ArithmeticError": "Exception",
    "FloatingPointError": "ArithmeticError", "OverflowError": "ArithmeticError", "ZeroDivisionError": "ArithmeticError",
    "AssertionError": "Exception",
    "AttributeError": "Exception", "BufferError": "Exception", "EOFError": "Exception", "ImportError": "Exception",
    "ModuleNotFoundError": "ImportError",
    "LookupError": "Exception", "IndexError": "LookupError", "KeyError": "LookupError", "MemoryError": "Exception",
    "NameError": "Exception",
    "UnboundLocalError": "NameError", "OSError": "Exception", "FileNotFoundError": "OSError", "FileExistsError": "OSError",
    "PermissionError": "OSError",
    "TimeoutError": "OSError", "BlockingIOError": "OSError", "ChildProcessError": "OSError", "InterruptedError": "OSError",
    "IsADirectoryError": "OSError",
    "NotADirectoryError": "OSError", "ProcessLookupError": "OSError", "ConnectionError": "OSError", "BrokenPipeError": "ConnectionError",
    "ConnectionAbortedError": "ConnectionError", "ConnectionRefusedError": "ConnectionError", "ConnectionResetError": "ConnectionError",
    "ReferenceError": "Exception", "RuntimeError": "Exception",
    "NotImplementedError": "RuntimeError",
    "RecursionError": "RuntimeError", "StopIteration": "Exception", "StopAsyncIteration": "Exception", "SyntaxError": "Exception",
    "IndentationError": "SyntaxError", "TabError": "IndentationError", "SystemError": "Exception", "TypeError": "Exception",
    "ValueError": "Exception",
    "UnicodeError": "ValueError", "UnicodeDecodeError": "UnicodeError", "UnicodeEncodeError": "UnicodeError", "Warning": "Exception",
    "UserWarning": "Warning", "DeprecationWarning": "Warning", "SyntaxWarning": "Warning", "RuntimeWarning": "Warning",
    "FutureWarning": "Warning",
    "PendingDeprecationWarning": "Warning", "ImportWarning": "Warning", "UnicodeWarning": "Warning", "BytesWarning": "Warning",
    "ResourceWarning": "Warning",
    "EncodingWarning": "Warning",
}  # fmt: skip

# Types that `import builtins` shows under their own name.
PUBLIC = (
    "object", "type", "int", "bool", "float", "complex", "str", "bytes", "bytearray", "tuple", "list", "dict", "set", "frozenset",
    "range", "slice", "memoryview",
    "property", "classmethod", "staticmethod", "super", "enumerate", "zip", "map", "filter", "reversed", *EXCEPTIONS,
)  # fmt: skip

ExceptionLayout = ExceptionObject
