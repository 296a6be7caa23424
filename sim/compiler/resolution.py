"""The symbol table's second pass: local, cell, free or global, and the merging of inlined comprehensions (PEP 709)."""

from __future__ import annotations

from sim.compiler.scopes import BOUND, CELL, FREE, GLOBAL_EXPLICIT, GLOBAL_IMPLICIT, LOCAL, Scope, Use
from sim.errors import SourceError
from sim.profiles import Profile


def resolve(module: Scope, profile: Profile) -> None:
    """Fill `meaning` of every scope."""
    _analyse(module, None, set(), set(), None, profile)


def _analyse(scope: Scope, bound: set[str] | None, free: set[str], known_globals: set[str], around: Scope | None, profile: Profile) -> None:
    """`around`: the class whose namespace a lazy annotation scope may see. `free` receives what this scope wants from outside."""
    is_class = scope.kind == "class"
    local: set[str] = set()
    inner_globals: set[str] = set(known_globals) if is_class else set()
    inner_bound: set[str] = set(bound or ()) if is_class else set()
    for name, use in scope.symbols.items():
        scope.meaning[name] = _name(scope, name, use, bound, local, free, known_globals, around)
    if is_class:
        inner_bound.update(("__class__", "__classdict__", "__conditional_annotations__"))
    else:
        if scope.function_like:
            inner_bound |= local
        inner_bound |= bound or set()
        inner_globals |= known_globals
    inlined_cells: set[str] = set()
    inner_free: set[str] = set()
    children: list[Scope] = []
    for child in scope.children:
        sees = scope if is_class else (around if scope.sees_class else None)
        child_free: set[str] = set()
        _analyse(child, set(inner_bound), child_free, set(inner_globals), sees if child.sees_class else None, profile)
        inline = profile.inlines_comprehensions and child.comprehension not in ("", "generator") and not scope.sees_class
        if inline:
            _inline(scope, child, child_free, inlined_cells)
            child.inlined = True
            children.extend(child.children)
        else:
            children.append(child)
        inner_free |= child_free
        scope.child_free |= bool(child_free) or child.child_free
    scope.children = children
    if scope.function_like:
        _cells(scope, inner_free, inlined_cells)
    elif is_class:
        scope.needs_class_cell = "__class__" in inner_free
        scope.needs_class_dict = "__classdict__" in inner_free
        scope.conditional_annotations |= "__conditional_annotations__" in inner_free
        inner_free -= {"__class__", "__classdict__", "__conditional_annotations__"}
    _update(scope, bound, inner_free, inlined_cells)
    free |= inner_free


def _name(
    scope: Scope,
    name: str,
    use: Use,
    bound: set[str] | None,
    local: set[str],
    free: set[str],
    known_globals: set[str],
    around: Scope | None,
) -> str:
    if use & Use.GLOBAL:
        if use & Use.NONLOCAL:
            raise SourceError("SyntaxError", f"name '{name}' is nonlocal and global", scope.declared.get(name, scope.line))
        known_globals.add(name)
        if bound is not None:
            bound.discard(name)
        return GLOBAL_EXPLICIT
    if use & Use.NONLOCAL:
        if bound is None:
            raise SourceError("SyntaxError", "nonlocal declaration not allowed at module level", scope.declared.get(name, scope.line))
        if name not in bound:
            raise SourceError("SyntaxError", f"no binding for nonlocal '{name}' found", scope.declared.get(name, scope.line))
        free.add(name)
        return FREE
    if use & BOUND:
        local.add(name)
        known_globals.discard(name)
        return LOCAL
    if around is not None and name != "__classdict__":
        outer = around.symbols.get(name, Use(0))
        if outer & Use.GLOBAL:
            return GLOBAL_EXPLICIT
        if outer & BOUND and not outer & Use.NONLOCAL:
            return GLOBAL_IMPLICIT
    if bound is not None and name in bound:
        free.add(name)
        return FREE
    return GLOBAL_IMPLICIT


def _inline(scope: Scope, comprehension: Scope, wanted: set[str], inlined_cells: set[str]) -> None:
    for name, use in comprehension.symbols.items():
        if use & Use.PARAM:
            continue
        meaning = comprehension.meaning[name]
        if meaning == CELL or use & Use.COMP_CELL:
            inlined_cells.add(name)
        if name not in scope.symbols:
            if meaning == FREE and scope.kind == "class" and name == "__class__":
                meaning = GLOBAL_IMPLICIT
                wanted.discard(name)
            scope.symbols[name] = use
            scope.meaning[name] = meaning
        elif scope.symbols[name] & BOUND and scope.kind != "class" and not _free_in_children(comprehension, name):
            wanted.discard(name)


def _free_in_children(scope: Scope, name: str) -> bool:
    return any(child.meaning.get(name) == FREE for child in scope.children)


def _cells(scope: Scope, free: set[str], inlined_cells: set[str]) -> None:
    for name, meaning in scope.meaning.items():
        if meaning == LOCAL and (name in free or name in inlined_cells):
            scope.meaning[name] = CELL
            free.discard(name)


def _update(scope: Scope, bound: set[str] | None, free: set[str], inlined_cells: set[str]) -> None:
    for name in inlined_cells:
        scope.symbols[name] |= Use.COMP_CELL
    for name in sorted(free):
        if name in scope.symbols:
            # A class that binds a name its methods take from further out keeps both.
            if scope.kind == "class" and scope.symbols[name] & (BOUND | Use.GLOBAL):
                scope.symbols[name] |= Use.FREE_CLASS
            continue
        if bound is not None and name not in bound:
            continue  # a global of an enclosing scope
        scope.symbols[name] = Use(0)
        scope.meaning[name] = FREE
