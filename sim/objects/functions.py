"""Functions, their code, modules, exceptions and tracebacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.objects.containers import Tuple, references_of
from sim.objects.heap_object import Container, HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.compiler import Code
    from sim.objects.classes import Type


class CodeObject(HeapObject):
    """A compiled function: `code` is the compiler's, constants (a tuple, shared by code objects with equal constants) and names are guest
    objects, program is what the machine runs, made by `link` when the code first runs.

    rounds: calls and backward jumps so far (3.11 warms whole code objects); warm: site -> state of its specialisation.
    """

    __slots__ = ("code", "constants", "link", "names", "program", "rounds", "warm", "weakrefs")

    def __init__(self, kind: Type, address: int, code: Code, constants: Tuple, names: list[HeapObject]) -> None:
        super().__init__(kind, address)
        self.code = code
        self.constants = constants
        self.names = names
        self.link: Callable[[], list[Any]]
        self.program: list[Any] | None = None
        self.warm: dict[Any, Any] = {}
        self.rounds = 0
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        return [self.constants, *self.names]


class Function(Container):
    """A def or lambda."""

    __slots__ = (
        "annotate", "annotations", "attributes", "closure", "code", "defaults", "dict", "doc", "globals", "kwdefaults", "module", "name",
        "qualname", "weakrefs",
    )  # fmt: skip

    def __init__(self, kind: Type, address: int, code: CodeObject, globals_: Dict, name: HeapObject, qualname: HeapObject) -> None:
        super().__init__(kind, address)
        self.code = code
        self.globals = globals_
        self.name = name
        self.qualname = qualname
        self.module: HeapObject | None = None
        self.defaults: Tuple | None = None
        self.kwdefaults: Dict | None = None
        self.closure: Tuple | None = None
        self.doc: HeapObject | None = None
        self.annotations: HeapObject | None = None
        self.annotate: HeapObject | None = None
        self.dict: Dict | None = None
        self.attributes = None
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        # Objects/funcobject.c func_traverse
        return references_of(
            [self.code, self.globals, self.module, self.defaults, self.kwdefaults, self.doc, self.name, self.dict, self.closure,
            self.annotations,
             self.annotate, self.qualname]
        )  # fmt: skip

    def releases(self) -> list[HeapObject]:
        return [*self._cleared(), self.name, self.qualname, self.code]

    def _cleared(self) -> list[HeapObject]:
        # func_clear
        return references_of(
            [self.globals, self.module, self.defaults, self.kwdefaults, self.doc, self.dict, self.closure, self.annotations, self.annotate]
        )

    def clears(self) -> list[HeapObject]:
        gone = self._cleared()
        self.globals = self.module = self.defaults = self.kwdefaults = self.doc = self.dict = self.closure = None  # type: ignore[assignment]
        self.annotations = self.annotate = None
        return gone


class Module(Container):
    __slots__ = ("attributes", "dict", "name", "weakrefs")

    def __init__(self, kind: Type, address: int, name: str, namespace: Dict) -> None:
        super().__init__(kind, address)
        self.name = name
        self.dict: Dict | None = namespace
        self.attributes = None
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        return references_of([self.dict])

    def clears(self) -> list[HeapObject]:
        return []


class ExceptionObject(Container):
    """An exception. `traceback`, `context` and `cause` are None where Python shows None; `notes` live in the dict."""

    __slots__ = ("arguments", "cause", "context", "dict", "extra", "fields", "finalized", "suppress_context", "traceback", "weakrefs")
    attributes = None

    def __init__(self, kind: Type, address: int, arguments: Tuple) -> None:
        super().__init__(kind, address)
        self.arguments: Tuple | None = arguments
        self.traceback: Traceback | None = None
        self.context: HeapObject | None = None
        self.cause: HeapObject | None = None
        self.suppress_context = False
        self.dict: Dict | None = None
        self.extra: dict[str, HeapObject] = {}  # C members of some kinds: StopIteration.value, KeyError none, AttributeError.name/obj ...
        self.fields: dict[str, HeapObject] | None = None
        self.weakrefs: list[Any] | None = None
        self.finalized = False

    def references(self) -> list[HeapObject]:
        found = [*self.extra.values(), *references_of([self.dict, self.arguments, self.traceback, self.cause, self.context])]
        if self.fields:
            found.extend(self.fields.values())
        if not self.type.static:
            found.append(self.type)
        return found

    def clears(self) -> list[HeapObject]:
        gone = [*self.extra.values(), *references_of([self.dict, self.arguments, self.traceback, self.cause, self.context])]
        self.extra = {}
        self.dict = self.arguments = self.traceback = self.cause = self.context = None
        return gone


class Traceback(Container):
    """One step of a traceback: the next one inwards, the frame, and the line."""

    __slots__ = ("frame", "line", "next")

    def __init__(self, kind: Type, address: int, following: HeapObject | None, frame: HeapObject, line: int) -> None:
        super().__init__(kind, address)
        self.next = following
        self.frame: HeapObject | None = frame
        self.line = line

    def references(self) -> list[HeapObject]:
        return references_of([self.next, self.frame])

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.next = self.frame = None
        return gone


def text_of(name: HeapObject) -> str:
    """The payload of a str object that is known to be one."""
    assert isinstance(name, Str)
    return name.value
