"""Objects that need the machine to be made: functions, modules, code objects with their constants, super objects, instances of
built-in layouts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sim.compiler.code import NAME_OBJECTS
from sim.heap import Heap
from sim.library.sets import add
from sim.library.types import KindName
from sim.machine.calls import call, enter
from sim.machine.instructions.shortcuts import add_shortcuts
from sim.machine.natives import NATIVES
from sim.machine.operations import call_method, unary
from sim.objects.classes import Type, extended
from sim.objects.containers import Builtin, List, Tuple
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Entry, Set
from sim.objects.scalars import Complex, Float, Singleton, Str
from sim.profiles import Profile

if TYPE_CHECKING:
    from sim.compiler import Code, Constant, Unit


# Instances of classes that derive from these keep their attributes inline from 3.14 on: no dict is made before somebody asks for it.
# Not where instances vary in size (tuple, int, bytes) or have a place for a dict of their own (exceptions).
INLINE_LAYOUTS = frozenset(extended(layout) for layout in (List, Dict, Set, Str, Float, Complex))


class Maker:
    """The machine's half that makes objects. Everything returned is a new reference."""

    heap: Heap
    profile: Profile
    types: dict[str, Type]
    builtins: Dict
    none_object: HeapObject
    modules: dict[str, Module]
    module_constants: dict[str, dict[str, Any]]
    instruction_table: dict[str, Any]
    takes_shortcuts: bool
    thread_dict: Dict | None
    printing: set[HeapObject]
    arena: list[HeapObject]

    def call(self, callee: HeapObject, args: list[Any], names: tuple[str, ...] = ()) -> Any:
        return call(self, callee, args, names)  # type: ignore[arg-type]

    def call_method(self, receiver: HeapObject, name: str, args: list[Any]) -> Any:
        return call_method(self, receiver, name, args)  # type: ignore[arg-type]

    def unary(self, op: str, operand: HeapObject) -> Any:
        return unary(self, op, operand)  # type: ignore[arg-type]

    def enter(self, function: Function, args: list[Any]) -> Any:
        return enter(self, function, args)  # type: ignore[arg-type]

    # --- small objects ------------------------------------------------------------------------------------------------------

    def new_plain_object(self, cls: Type) -> HeapObject:
        """object() itself."""
        if cls is not self.types["object"]:
            raise self.error("TypeError", f"cannot create '{cls.name}' instances")  # type: ignore[attr-defined]
        made = Singleton(cls, self.heap.block(16), "object")
        return made

    def new_slice(self, parts: list[Any]) -> HeapObject:
        """A slice object that steals start, stop, step."""
        return self.heap.record("slice", parts, self.profile.slice_size - 16, free_list="slice")

    def new_record(self, cls: Type, parts: list[Any], size: int, state: Any = None) -> HeapObject:
        """An instance of a Record kind or of a program's class derived from one; parts are stolen."""
        if cls.static:
            return self.heap.record(cls.name, parts, size, state)
        return self.new_native(cls, parts, state)

    def new_native(self, cls: Type, *payload: Any) -> Any:
        """An instance with a built-in layout: of the built-in type or of a program's class derived from it."""
        layout = cls.layout
        size = 32 + 8 * sum(len(kind.slot_names) for kind in cls.order) + cls.basic_size
        address = self.heap.collectable(size) if layout.header else self.heap.block(size)
        if not cls.static:
            cls.refs += 1
            cls.instances_made += 1
        made = layout(cls, address, *payload)
        if self.profile.inline_values_everywhere and layout in INLINE_LAYOUTS:
            made.attributes = {}
        if layout.header:
            self.heap.track(made)
        return made

    def takes_keywords_as_base(self, owner: Any, spec: Any) -> bool:
        """Whether keywords are an error for a built-in class's `__new__` or `__init__`: not in a derived class that has the other one of
        its own, which may want them.
        """
        kind = self.types[spec.owner]
        cls, other = (owner, "__init__") if spec.name == "__new__" else (owner.type, "__new__")
        return cls is kind or self.lookup(cls, other) is self.lookup(kind, other)  # type: ignore[attr-defined]

    def new_super(self, cls: Type, instance: Any, start: Type) -> HeapObject:
        for part in (cls, instance, start):
            part.refs += 1
        return self.heap.record("super", [cls, instance, start], 40)

    def super_start(self, cls: Any, instance: Any) -> Any:
        """The class whose MRO super() walks: the object's class, or the object itself when it is a class."""
        if isinstance(instance, Type) and cls in instance.order:
            return instance
        if cls in instance.type.order:
            return instance.type
        raise self.error("TypeError", "super(type, obj): obj must be an instance or subtype of type")  # type: ignore[attr-defined]

    def class_namespace_view(self, cls: Type) -> HeapObject:
        cls.refs += 1
        return self.heap.record("mappingproxy", [cls], 24)

    def iterate_list(self, items: list[Any]) -> HeapObject:
        """An iterator over a fresh list of `items` (stolen)."""
        return self.heap.iterator("list_iterator", self.heap.list(items))

    def callable_name(self, callee: Any) -> str:
        """How error messages name a callable: module-qualified and with parentheses (Python/ceval.c, PyObject_FunctionStr)."""
        if isinstance(callee, Function):
            module = getattr(callee.module, "value", None)
            name = callee.qualname.value  # type: ignore[attr-defined]
            return f"{module}.{name}()" if module not in (None, "builtins") else f"{name}()"
        if isinstance(callee, Builtin):
            return f"{callee.spec.name}()"
        if isinstance(callee, Type):
            return f"{callee.name}()" if callee.static else f"__main__.{callee.name}()"
        return f"{callee.type.name} object"

    # --- functions and code -------------------------------------------------------------------------------------------------

    def new_function(self, code_object: CodeObject, globals_: Dict) -> Function:
        """A function that steals its code object."""
        heap = self.heap
        code = code_object.code
        globals_.refs += 1
        made = Function(
            self.types["function"],
            heap.collectable(self.profile.function_size - 16),
            code_object,
            globals_,
            heap.name(code.name),
            heap.name(code.qualname),
        )
        entry = globals_.index.get("__name__")
        if entry is not None:
            entry.value.refs += 1
            made.module = entry.value
        if code.docstring_index is not None:
            made.doc = code_object.constants.items[code.docstring_index]
            made.doc.refs += 1
        heap.track(made)
        return made

    def instantiate(self, unit: Unit, arena: bool) -> CodeObject:
        """A compilation unit's code objects with their constants, one object for each pool entry. arena: the parser's references are
        kept too.
        """
        pool: list[HeapObject] = []
        for constant in unit.pool:
            pool.append(self._constant(constant, pool))
        made = self._code_object(unit.code, pool, {})
        for constant, object_ in zip(unit.pool, pool, strict=True):
            extra = (self.profile.bytes_literal_arena_refs if constant.kind == "bytes" else 1) if arena and constant.arena else 0
            object_.refs += extra - 1
            self.arena.extend([object_] * extra)
            if object_.refs == 0:  # folded away everywhere
                object_.refs = 1
                self.heap.close(object_)
        return made

    def _constant(self, constant: Constant, pool: list[HeapObject]) -> HeapObject:
        heap = self.heap
        kind = constant.kind
        value: Any = constant.value
        if kind == "tuple" or kind == "frozenset":
            items = [pool[index] for index in value]
            for item in items:
                item.refs += 1
            return heap.tuple(items, track=False) if kind == "tuple" else self.frozen_constant(items)
        if kind == "slice":
            return self.new_slice([new_reference(pool[index]) for index in value])
        if kind == "str":
            return heap.name(value) if constant.interned else heap.str(value)
        made: dict[str, Any] = {
            "none": lambda: self.new_none(), "bool": lambda: heap.bool(value), "ellipsis": lambda: self.new_ellipsis(),
            "int": lambda: heap.int(value),
            "float": lambda: heap.float(value), "complex": lambda: heap.complex(value), "bytes": lambda: heap.bytes(value),
        }  # fmt: skip
        return made[kind]()  # type: ignore[no-any-return]

    def new_none(self) -> HeapObject:
        self.none_object.refs += 1
        return self.none_object

    def new_ellipsis(self) -> HeapObject:
        self.ellipsis_object.refs += 1  # type: ignore[attr-defined]
        return self.ellipsis_object  # type: ignore[attr-defined, no-any-return]

    def frozen_constant(self, items: list[HeapObject]) -> HeapObject:
        """A frozenset constant (`x in {1, 2}`); its items are constants, so nothing needs the guest."""
        made = self.heap.set("frozenset")
        for item in items:
            add(self, made, item)  # type: ignore[arg-type]
            self.heap.close(item)
        self.heap.untrack(made)
        return made

    def arena_done(self) -> None:
        """The script has run: the parser's references to its constants go."""
        self.heap.close_all(self.arena)
        self.arena = []

    def _code_object(self, code: Code, pool: list[HeapObject], shared: dict[tuple[int, ...], Tuple]) -> CodeObject:
        """shared: constants tuples made so far in the unit; equal ones are merged (Python/compile.c merge_const_one)."""
        heap = self.heap
        constants: list[HeapObject] = []
        for constant in code.constants:
            if isinstance(constant, int):
                pool[constant].refs += 1
                constants.append(pool[constant])
            else:
                constants.append(self._code_object(constant, pool, shared))
        common = self.types["bool"] if self.profile.borrows_constants else None  # 3.15: True and False are common constants, kept nowhere
        kept = self._constants_tuple([constant for constant in constants if constant.type is not common], shared)
        made = CodeObject(self.types["code"], heap.block(200), code, kept, [])
        names = {name: heap.name(name) for name in code.stored_names}
        made.names = list(names.values())
        made.link = partial(self._link, code, constants, names)
        return made

    def _link(self, code: Code, constants: list[HeapObject], names: dict[str, Str]) -> list[Any]:
        """What the machine runs: (function, argument) for each instruction. Done when code first runs; most of a module's never does."""
        table = self.instruction_table
        in_place = self.profile.tests_in_place
        program: list[Any] = []
        for name, argument in code.instructions:
            linked: Any = argument
            if in_place and name == "TO_BOOL" and program[-1][0] is table["COPY"]:
                # JUMP_IF_TRUE_OR_POP tests the value where it lies; no second reference is made meanwhile
                program[-1] = (table["NOP"], None)
                name = "TRUTH_OF_TOP"
            if name == "LOAD_CONST":
                linked = constants[linked]
            elif name in NAME_OBJECTS:
                linked = names[linked]
            program.append((table[name], linked))
        if self.takes_shortcuts:
            add_shortcuts(code, program)
        return program

    def _constants_tuple(self, constants: list[HeapObject], shared: dict[tuple[int, ...], Tuple]) -> Tuple:
        key = tuple(id(constant) for constant in constants)
        found = shared.get(key)
        if found is None:
            found = shared[key] = self.heap.tuple(constants, track=False)
            if found.home is not None:
                self.heap.untrack(found)
            return found
        for constant in constants:
            constant.refs -= 1
        found.refs += 1
        return found

    # --- modules ------------------------------------------------------------------------------------------------------------

    def new_module(self, name: str) -> Module:
        namespace = self.heap.dict()
        made = Module(self.types["module"], self.heap.collectable(self.profile.module_size - 16), name, namespace)
        self.heap.track(made)
        for key, value in (("__name__", self.heap.str(name)), ("__doc__", self.new_none())):
            self.put(namespace, key, value)
        return made

    def put(self, namespace: Dict, name: str, value: HeapObject) -> None:
        """namespace[name] = value (stolen)."""
        key = self.heap.name(name)
        self.heap.dict_store(namespace, name, key, value)
        self.heap.close(key)

    def keep_reprs(self) -> None:
        """Py_ReprEnter: the first container that is shown makes the thread's dict, and in it a list of objects in progress; both stay."""
        if self.thread_dict is None:
            self.thread_dict = self.heap.dict()
            self.furnish(self.thread_dict, {"Py_Repr": self.heap.list([])})

    def furnish(self, namespace: Dict, rows: dict[str, HeapObject]) -> None:
        """Fill a new interpreter's namespace at one go; values are stolen. The names lie in the interpreter's own data."""
        heap = self.heap
        kind, interned = self.types["str"], heap.interned
        index, order = namespace.index, namespace.order
        for name, value in rows.items():
            if len(name) == 1 or name in interned:
                key = heap.name(name)
            else:
                key = Str(kind, heap.static_block(64), name)
                heap.intern(key)
            entry = index[name] = Entry(name, key, value)
            order.append(entry)
        heap.furnished(namespace)

    def native_module(self, name: str) -> Module:
        """A module of natives and constants."""
        module = self.new_module(name)
        assert module.dict is not None
        kind, block = self.types["builtin_function_or_method"], self.heap.static_block
        rows: dict[str, HeapObject] = {
            key: Builtin(kind, block(72), spec, None, None) for key, spec in NATIVES.get(f"module:{name}", {}).items()
        }
        for key, value in self.module_constants.get(name, {}).items():
            rows[key] = self.constant_object(value)
        self.furnish(module.dict, rows)
        return module

    def constant_object(self, value: Any) -> HeapObject:
        """A guest object for a host constant of a module table; a KindName stands for a type."""
        if isinstance(value, KindName):
            return new_reference(self.types[value])  # type: ignore[no-any-return]
        if isinstance(value, bool):
            return self.heap.bool(value)
        if isinstance(value, int):
            return self.heap.int(value)
        if isinstance(value, float):
            return self.heap.float(value)
        if isinstance(value, tuple):
            return self.heap.tuple([self.constant_object(item) for item in value])
        return self.heap.str(value)


def new_reference(object_: Any) -> Any:
    object_.refs += 1
    return object_
