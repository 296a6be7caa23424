"""The seams: where a belief replaces one rule of the machine. Called once for a world; the true path never asks.

Each rule is one function that changes an instruction, a native, the collector, the program's tree, or what happens when a count reaches
zero. Modules by theme; `seams` has what they hook into.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.machine.misbelief import (
    article,
    copying,
    counting,
    cycles,
    destroying,
    foresight,
    freezing,
    identity,
    linking,
    ordering,
    tracing,
    views,
    waiting,
)
from sim.machine.misbelief.seams import Seams

if TYPE_CHECKING:
    from sim.beliefs import Belief
    from sim.machine.machine import Machine

RULES: dict[str, Callable[[Seams], None]] = {
    # when objects die
    "zero_waits_for_collection": waiting.zero_waits,
    "none_destroys": destroying.none_frees,
    "collector_frees_at_zero": waiting.collector_frees,
    "container_owns_items": destroying.container_owns,
    "scope_destroys": destroying.scope_frees,
    "del_destroys": destroying.del_destroys,
    "rebinding_keeps": ordering.rebinding_keeps,
    "old_goes_first": foresight.old_goes_first,
    "locals_released_reversed": ordering.locals_reversed,
    "items_released_first_to_last": ordering.items_first_to_last,
    "last_use_frees": foresight.last_use_frees,
    "loops_end_names": foresight.loops_end_names,
    "finalizer_is_final": destroying.del_is_final,
    "disabling_stops_counting": waiting.disabling_stops,
    # what counts
    "getrefcount_adds_nothing": counting.stored_references_only,
    "only_names_count": counting.count_only_names,
    "holders_count_once": counting.count_holders,
    "weak_references_count": counting.weak_references_count,
    # cycles and the collector
    "cycles_die_at_once": cycles.cycles_at_once,
    "cycles_never_die": cycles.cycles_never,
    "cycles_with_finalizers_stick": cycles.cycles_with_del_stick,
    "collect_counts_all": waiting.collect_counts_all,
    "collect_frees_unused": foresight.collect_frees_unused,
    # names, copies and sharing
    "assignment_copies": copying.assignment_copies,
    "storing_copies": copying.storing_copies,
    "calls_copy": copying.call_copies,
    "parameters_are_callers_names": linking.call_by_name,
    "names_follow_names": linking.names_linked,
    "equal_is_same": identity.equal_is_same,
    "copies_are_deep": copying.copies_are_deep,
    "slices_are_views": views.slices_are_views,
    "repeating_copies": copying.repeating_copies,
    "defaults_are_fresh": copying.defaults_are_fresh,
    "augmenting_rebinds": copying.augmenting_rebinds,
    "augmenting_mutates": linking.augmenting_mutates,
    "tuples_freeze": freezing.tuples_freeze,
    "closures_snapshot": linking.closures_snapshot,
    # which objects exist at all
    "atoms_are_shared": identity.all_atoms_shared,
    "nothing_is_shared": identity.nothing_is_shared,
    "addresses_never_reused": identity.addresses_never_reused,
    # whole other models
    "pooled_by_type": article.pooled_by_type,
    "swept_periodically": article.swept_periodically,
    "small_objects_embedded": copying.small_objects_are_embedded,
    "traced": tracing.traced,
}


def apply_belief(m: Machine, belief: Belief) -> None:
    """Wire every rule in which the belief differs from CPython."""
    seams = Seams(m)
    for rule, wire in RULES.items():
        if getattr(belief, rule):
            wire(seams)
