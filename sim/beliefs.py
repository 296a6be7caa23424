"""Beliefs: one frozen record of rules, each field with CPython's behaviour as default. A misconception is a Belief with one field
changed; two beliefs at the end are whole other memory models.

`rule` says in one sentence, for people, what differs in the machine. What a learner may be thinking, and what to answer, is in
exercises/misconceptions.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Belief:
    """The rules of a memory model that a learner may hold. `id` names it; every other flag is one rule of the machine."""

    id: str
    rule: str
    zero_waits_for_collection: bool = False  # a count of zero only marks; the next collection frees
    none_destroys: bool = False  # storing None in a name destroys what it referred to
    collector_frees_at_zero: bool = False  # nothing is freed while the collector is off; gc.collect() frees it and counts it
    container_owns_items: bool = False  # items die with their container
    scope_destroys: bool = False  # leaving a function destroys what was made in it
    del_destroys: bool = False  # `del name` destroys the object, whoever else holds it
    rebinding_keeps: bool = False  # only del frees; rebinding a name leaves the old object alive
    old_goes_first: bool = False  # an assignment lets the old object go before its right side is evaluated
    locals_released_reversed: bool = False  # locals die last made first
    items_released_first_to_last: bool = False  # a list frees its first item first
    last_use_frees: bool = False  # a name lets go after the last statement that uses it
    loops_end_names: bool = False  # names bound in a loop end with it
    finalizer_is_final: bool = False  # after __del__ the object is gone, whoever holds it
    disabling_stops_counting: bool = False  # nothing is freed while the collector is off
    getrefcount_adds_nothing: bool = False  # the call itself holds no reference
    only_names_count: bool = False  # container slots and attributes do not count
    holders_count_once: bool = False  # a container counts once, however often it refers to the object
    weak_references_count: bool = False  # a weak reference keeps its object alive
    cycles_die_at_once: bool = False  # a cycle that nothing else reaches is freed there and then
    cycles_never_die: bool = False  # gc.collect() cannot free a cycle
    cycles_with_finalizers_stick: bool = False  # a cycle with a finalizer goes to gc.garbage
    collect_counts_all: bool = False  # gc.collect() counts what died by its count, too
    collect_frees_unused: bool = False  # gc.collect() frees what is not used again
    assignment_copies: bool = False  # b = a copies
    storing_copies: bool = False  # putting an object into a container or attribute copies it
    calls_copy: bool = False  # arguments are copied
    parameters_are_callers_names: bool = False  # rebinding a parameter rebinds the caller's variable
    names_follow_names: bool = False  # after b = a, rebinding a moves b too
    equal_is_same: bool = False  # equal objects are one object
    copies_are_deep: bool = False  # copying a container copies what is in it
    slices_are_views: bool = False  # a slice is a window on the same list
    repeating_copies: bool = False  # [x] * n copies x
    defaults_are_fresh: bool = False  # a default is made anew at each call
    augmenting_rebinds: bool = False  # += always makes a new object
    augmenting_mutates: bool = False  # += always changes the object in place
    tuples_freeze: bool = False  # what a tuple holds cannot change
    closures_snapshot: bool = False  # a function keeps what its free names meant when it was made
    atoms_are_shared: bool = False  # equal numbers, and equal strings, are one object
    nothing_is_shared: bool = False  # every evaluation makes a new object
    addresses_never_reused: bool = False  # an id is never seen again
    pooled_by_type: bool = False  # a block goes back to a pool of its type
    swept_periodically: bool = False  # a count of zero waits for a sweep, every so many allocations
    small_objects_embedded: bool = False  # small objects are copied into their container
    traced: bool = False  # no counts: objects die in collections that find them unreachable


CPYTHON = Belief("cpython", "Counting frees an object when its last reference goes; the collector frees cycles.")

BELIEFS: dict[str, Belief] = {
    belief.id: belief
    for belief in (
        CPYTHON,
        Belief(
            "zero-waits",
            "A count of zero marks the object; a later collection frees it.",
            zero_waits_for_collection=True,
        ),
        Belief(
            "none-frees",
            "Storing None in a name destroys the object that the name referred to.",
            none_destroys=True,
        ),
        Belief(
            "collector-does-it",
            "Only the cycle collector frees, and it counts what it frees.",
            collector_frees_at_zero=True,
        ),
        Belief("embedded", "A container's items are part of it and die with it.", container_owns_items=True),
        Belief("scope-frees", "Leaving a function destroys every object made in it.", scope_destroys=True),
        Belief("del-destroys", "`del name` destroys the object.", del_destroys=True),
        Belief(
            "rebind-keeps",
            "Rebinding a name never frees; only `del` and the end of the program do.",
            rebinding_keeps=True,
        ),
        Belief("old-first", "An assignment frees the old object before it makes the new one.", old_goes_first=True),
        Belief("scope-reverse", "Local variables die in reverse order of creation.", locals_released_reversed=True),
        Belief("items-in-order", "A list frees its items from first to last.", items_released_first_to_last=True),
        Belief("last-use", "An object dies after its last use in the text.", last_use_frees=True),
        Belief("block-scope", "A name bound in a loop ends with the loop.", loops_end_names=True),
        Belief("del-is-final", "After `__del__` the object is gone, whatever `__del__` did.", finalizer_is_final=True),
        Belief(
            "disable-stops-counting",
            "gc.disable() turns all automatic freeing off.",
            disabling_stops_counting=True,
        ),
        Belief("count-exact", "getrefcount adds nothing of its own.", getrefcount_adds_nothing=True),
        Belief("count-names", "Only variables count as references.", only_names_count=True),
        Belief(
            "count-holders",
            "Each holder counts once, however often it refers to the object.",
            holders_count_once=True,
        ),
        Belief("weakref-owns", "A weak reference counts as any other.", weak_references_count=True),
        Belief("cycle-at-once", "Counting notices when only a cycle is left, and frees it.", cycles_die_at_once=True),
        Belief("cycle-never", "Nothing ever frees a cycle, not even gc.collect().", cycles_never_die=True),
        Belief(
            "cycle-del-stuck",
            "A cycle with `__del__` is not collected and goes to gc.garbage.",
            cycles_with_finalizers_stick=True,
        ),
        Belief(
            "collect-counts-all",
            "gc.collect() returns how many objects were freed in all.",
            collect_counts_all=True,
        ),
        Belief(
            "collect-unused",
            "gc.collect() frees whatever the program will not use again.",
            collect_frees_unused=True,
        ),
        Belief("assign-copies", "Assigning a mutable object copies it.", assignment_copies=True),
        Belief("store-copies-in", "Putting an object into a container or attribute copies it in.", storing_copies=True),
        Belief("call-copies", "Arguments are copied at the call.", calls_copy=True),
        Belief(
            "call-by-name",
            "A parameter is the caller's variable; rebinding it rebinds the caller's.",
            parameters_are_callers_names=True,
        ),
        Belief("names-linked", "`b = a` ties b to the variable a.", names_follow_names=True),
        Belief("equal-is-same", "Equal objects are one object.", equal_is_same=True),
        Belief("shallow-is-deep", "Copying a container copies what is in it.", copies_are_deep=True),
        Belief("slice-is-view", "A slice is a window on the same list.", slices_are_views=True),
        Belief("repeat-copies", "`[x] * n` makes n copies of x.", repeating_copies=True),
        Belief("default-fresh", "A default value is made anew at each call.", defaults_are_fresh=True),
        Belief("augment-rebinds", "`b += ...` always makes a new object.", augmenting_rebinds=True),
        Belief("augment-mutates", "`t += ...` always changes the object in place.", augmenting_mutates=True),
        Belief("tuple-deep-frozen", "What a tuple holds cannot change.", tuples_freeze=True),
        Belief(
            "closure-snapshot",
            "A function keeps the object that its free name had when the function was made.",
            closures_snapshot=True,
        ),
        Belief(
            "all-ints-shared",
            "Equal numbers, and equal strings, are one shared object, however big.",
            atoms_are_shared=True,
        ),
        Belief("no-ints-shared", "Every evaluation makes a new object.", nothing_is_shared=True),
        Belief("id-for-ever", "An id is never used again after its object has died.", addresses_never_reused=True),
        Belief(
            "article",
            "A count of zero waits for a periodic sweep, which returns memory to the pool; small objects are part of their container.",
            pooled_by_type=True,
            swept_periodically=True,
            small_objects_embedded=True,
        ),
        Belief(
            "tracing",
            "Nothing is counted; a collection, from time to time, frees what it cannot reach, as in PyPy.",
            traced=True,
        ),
    )
}
