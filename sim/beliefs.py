"""Beliefs: one frozen record of rules, each field with CPython's behaviour as default. A misconception is a Belief with one field
changed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Belief:
    """The rules of a memory model that a learner may hold. `id` names it; every other field is one rule of the machine."""

    id: str = "cpython"
    zero_waits_for_sweep: bool = False  # a count of zero only marks; the next collection frees
    collector_frees_at_zero: bool = False  # freeing needs the collector: nothing is freed while it is off, and gc.collect() counts it
    del_destroys: bool = False  # `del name` destroys the object, whoever else holds it
    none_frees: bool = False  # storing None in a name destroys what it referred to
    scope_frees: bool = False  # leaving a function destroys what was made in it
    container_owns_items: bool = False  # items die with their container
    getrefcount_adds_nothing: bool = False  # the call itself holds no reference
    count_only_names: bool = False  # container slots and attributes do not count
    cycles_die_at_once: bool = False  # a cycle that nothing else reaches is freed there and then
    cycles_never_die: bool = False  # gc.collect() cannot free a cycle
    assignment_copies: bool = False  # b = a copies a mutable object
    rebinding_keeps: bool = False  # only del frees; rebinding a name leaves the old object alive
    weak_references_count: bool = False  # a weak reference keeps its object alive
    equal_is_same: bool = False  # equal objects are one object
    nothing_is_shared: bool = False  # every evaluation makes a new object
    addresses_never_reused: bool = False  # an id is never seen again
    items_released_first_to_last: bool = False  # a list frees its first item first
    locals_released_reversed: bool = False  # locals die in reverse order of creation


CPYTHON = Belief()

BELIEFS: dict[str, Belief] = {
    belief.id: belief
    for belief in (
        CPYTHON,
        Belief("zero-waits", zero_waits_for_sweep=True),
        Belief("collector-does-it", collector_frees_at_zero=True),
        Belief("del-destroys", del_destroys=True),
        Belief("none-frees", none_frees=True),
        Belief("scope-frees", scope_frees=True),
        Belief("embedded", container_owns_items=True),
        Belief("count-exact", getrefcount_adds_nothing=True),
        Belief("count-names", count_only_names=True),
        Belief("cycle-at-once", cycles_die_at_once=True),
        Belief("cycle-never", cycles_never_die=True),
        Belief("assign-copies", assignment_copies=True),
        Belief("rebind-keeps", rebinding_keeps=True),
        Belief("weakref-owns", weak_references_count=True),
        Belief("equal-is-same", equal_is_same=True),
        Belief("no-ints-shared", nothing_is_shared=True),
        Belief("id-for-ever", addresses_never_reused=True),
        Belief("items-in-order", items_released_first_to_last=True),
        Belief("scope-reverse", locals_released_reversed=True),
        Belief("article", zero_waits_for_sweep=True, container_owns_items=True),
    )
}
