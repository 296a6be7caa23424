"""What each fact of a profile means, in words: used to say why two versions of CPython print different lines."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sim.profiles import FreeLists, Profile

# For a flag: (what a version does that has it, what one does that has it not). For a value: what it is.
FACTS: dict[str, tuple[str, str] | str] = {
    "version": "the version itself: its grammar, and what programs read from sys",
    "immortal_count": "what sys.getrefcount shows for immortal objects (None: the version has none)",
    "small_int_max": "the largest int that is shared by all",
    "interned_immortal": ("makes interned strings immortal", "frees interned strings when nothing refers to them"),
    "interned_letters": "the letters of which start-up interned a twin of the shared character",
    "inlines_comprehensions": ("runs comprehensions within the frame around them", "runs each comprehension as a call of its own"),
    "folds_in_flow": ("folds constants on the control-flow graph", "folds constants in the parser's tree, which keeps references to them"),
    "folds_constant_subscripts": ("folds subscripts of constants", "looks up subscripts of constants when they run"),
    "borrows_locals": (
        "lends a local variable to the expression that uses it",
        "gives an expression a reference of its own to a local variable, which counts while it is in use",
    ),
    "borrows_constants": ("lends constants to expressions", "gives expressions references of their own to constants"),
    "with_uses_bound_methods": ("makes bound methods for `with`", "looks up __enter__ and __exit__ without making bound methods"),
    "lazy_annotations": ("evaluates annotations when they are asked for", "evaluates annotations when the definition runs"),
    "class_records_static_attributes": (
        "gives each class a tuple of the attribute names its methods set",
        "keeps no tuple of the attribute names that a class's methods set",
    ),
    "bytes_literal_arena_refs": "references that the parser keeps to a bytes literal while the program runs",
    "binary_slices": ("slices without making a slice object", "makes a slice object for every slice"),
    "tests_in_place": ("tests the operands of and/or in place", "copies the operands of and/or to test them"),
    "load_super_attr": ("reads super().x without making a super object", "makes a super object for super().x"),
    "slots_released_backwards": (
        "releases a function's locals from the last to the first",
        "releases a function's locals from the first to the last",
    ),
    "slice_outlives_collections": ("keeps a spare slice through collections", "empties every free list in a full collection"),
    "unpacks_only_keywords": (
        "holds only the values given by keyword while C calls a Python function",
        "holds all arguments once more while C calls a Python function with keywords",
    ),
    "operands_released_backwards": ("releases the right operand first", "releases the left operand first"),
    "stack_released_from_top": (
        "lets an instruction close its inputs from the last to the first",
        "lets an instruction close its inputs from the first to the last",
    ),
    "closing_unstarted_keeps_frame": (
        "keeps the frame of a generator that is closed before it ran",
        "drops the frame of a generator that is closed before it ran",
    ),
    "slices_keep_bounds": ("keeps the bounds of a slice in use while it lives", "lets the bounds of a slice go at once"),
    "suggests_keywords": ("suggests a name after an unexpected keyword", "suggests nothing after an unexpected keyword"),
    "last_exception_names": "names in sys that keep the last uncaught exception",
    "generators_have_handler": (
        "gives every generator a handler for StopIteration, with room on its stack",
        "has no handler for StopIteration in generators",
    ),
    "call_names_on_stack": ("passes the tuple of keyword names on the stack", "keeps the tuple of keyword names beside the stack"),
    "loop_places": "places on the stack that a running loop needs",
    "proxy_repr_tells_death": ("says in a weak proxy's repr that its object is dead", "shows a weak proxy's repr in one form"),
    "unraisable_message": (
        "hands sys.unraisablehook a message that names what failed",
        "hands sys.unraisablehook the object that failed",
    ),
    "property_doc_may_be_dropped": (
        "drops the docstring of a property subclass that has no place for it",
        "wants a place for the docstring of a property subclass",
    ),
    "weak_containers_copied": (
        "lets weak containers iterate over copies",
        "lets weak containers put removals off while they are iterated over",
    ),
    "star_call_keeps_arguments": (
        "keeps the packed tuple and dict of f(*a, **k) during the call",
        "unpacks the tuple and dict of f(*a, **k) before the call",
    ),
    "for_uses_index": ("loops over lists and tuples by an index", "makes an iterator for every loop"),
    "getattr_keeps_method": ("calls __getattr__ through a bound method", "calls __getattr__ without a bound method"),
    "locals_snapshot_cached": ("keeps the dict that locals() made in the frame", "makes a fresh dict for each locals()"),
    "frame_locals_proxy": ("shows a frame's locals through a proxy", "copies a frame's locals into a dict"),
    "warm_init": "which classes get their arguments moved straight into __init__ once a call is warm (0 none, 1 some, 2 all plain ones)",
    "warm_getitem_after": "runs after which x[i] enters a Python __getitem__ directly",
    "warm_getitem_by_code": ("warms up a whole function at once", "warms up each place in the code by itself"),
    "warm_property": ("enters the getter of a property directly once warm", "always calls the getter of a property through C"),
    "warm_concatenate_after": "runs after which s += t extends a string in place",
    "thresholds": "the collector's thresholds",
    "startup_objects": "objects that start-up leaves, which weigh in when a full collection is due",
    "collects_at_check_points": (
        "collects between instructions, at calls and backward jumps",
        "collects in the middle of an allocation",
    ),
    "dicts_tracked_from_birth": ("tracks every dict from its birth", "tracks a dict once it holds something that can be in a cycle"),
    "tuple_tracking": "which new tuples of atoms the collector leaves alone (0 none, 1 displays, 2 most)",
    "frozenset_tracks_atoms": ("tracks every frozenset", "leaves frozensets of atoms untracked"),
    "plain_weakrefs_cleared_late": (
        "clears weak references without callback after the finalizers of a collection",
        "clears all weak references before the finalizers of a collection",
    ),
    "statistics_extra": "more fields in what gc.callbacks get",
    "class_self_references": "references that a class holds to itself",
    "instance_values": "where an instance keeps its attributes",
    "string_header": "bytes of an empty ASCII string",
    "string_header_wide": "bytes before the characters of a string that is not ASCII",
    "tuple_header": "bytes of an empty tuple",
    "instance_size": "bytes of a small instance",
    "instance_prefix": "bytes in front of an instance",
    "function_size": "bytes of a function",
    "slice_size": "bytes of a slice",
    "range_iterator_size": "bytes of a range iterator",
    "map_size": "bytes of a map object",
    "bytearray_size": "bytes of a bytearray",
    "generator_size": "bytes of a generator before its variables",
    "list_shrinks_small": ("shrinks the buffer of a small list while it empties", "keeps the buffer of a small list until it is empty"),
    "list_from_unsized": "how list(generator) grows",
    "list_from_dict_bytes": "bytes of a list made from a dict",
    "split_first_guess": "attributes that a class expects at first",
    "mixed_keys_enlarge_dict": (
        "enlarges a dict when the first key that is no string comes in",
        "keeps a dict's size when the first key that is no string comes in",
    ),
    "class_size": "bytes of a class",
    "static_type_size": "bytes of a built-in class",
    "module_size": "bytes of a module",
    "subclass_exception_size": "bytes of an exception of a program's class",
    "trashcan_depth": "nesting from which deaths of containers are put off (0: deep enough never to matter here)",
}


def differences(old: Profile, new: Profile) -> dict[str, tuple[Any, Any]]:
    """The facts in which two profiles differ: name -> (old, new). Free lists one by one; version and release together."""
    found: dict[str, tuple[Any, Any]] = {}
    for fact in fields(Profile):
        before, after = getattr(old, fact.name), getattr(new, fact.name)
        if fact.name == "free_lists":
            for kind in fields(FreeLists):
                if getattr(before, kind.name) != getattr(after, kind.name):
                    found[f"free_lists.{kind.name}"] = (getattr(before, kind.name), getattr(after, kind.name))
        elif fact.name != "release" and before != after:
            found[fact.name] = (before, after)
    return found


def with_facts(profile: Profile, other: Profile, names: frozenset[str]) -> Profile:
    """A profile with some facts of another one."""
    plain: dict[str, Any] = {name: getattr(other, name) for name in names if "." not in name}
    if "version" in plain:
        plain["release"] = other.release
    lists: dict[str, Any] = {name.partition(".")[2]: getattr(other.free_lists, name.partition(".")[2]) for name in names if "." in name}
    return replace(profile, **plain, free_lists=replace(profile.free_lists, **lists))


def sentence(name: str, old: Profile, new: Profile) -> str:
    """What a fact means for two versions: "3.14 lends ...; 3.13 counts ..."."""
    before, after = differences(old, new)[name]
    kind = name.partition(".")[2]
    meaning = f"how many freed blocks of {kind} are kept for reuse" if kind else FACTS.get(name, name.replace("_", " "))
    if isinstance(meaning, tuple):
        return f"{new.version} {meaning[0 if after else 1]}; {old.version} {meaning[0 if before else 1]} [{name}]"
    if name == "version":
        return f"{meaning} [{name}]"
    return f"{meaning}: {shown(before)} in {old.version}, {shown(after)} in {new.version} [{name}]"


def shown(value: Any) -> str:
    text = str(value) if not isinstance(value, str) else value or "none"
    return text if len(text) <= 40 else text[:39] + "…"
