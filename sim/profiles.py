"""What differs between CPython's versions, as data: one frozen Profile a version, one engine for all.

Figures were measured on 64-bit Linux release builds (GIL, no JIT) of 3.11.7, 3.12.1, 3.13.18, 3.14.10 and 3.15.2.
`3.14` means 3.14.5 or later: the incremental collector of 3.14.0-3.14.4 was withdrawn (gh-142516) and is not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Capacity = int


@dataclass(frozen=True)
class FreeLists:
    """Capacities of the per-type free lists (Include/internal/pycore_freelist*.h). 0: the type has none."""

    float: Capacity = 100
    list: Capacity = 80
    dict: Capacity = 80
    dict_keys: Capacity = 80
    tuple: Capacity = 2000  # for each length
    tuple_lengths: Capacity = 19  # longest tuple that is reused
    slice: Capacity = 1
    int: Capacity = 0
    complex: Capacity = 0
    range: Capacity = 0
    range_iterator: Capacity = 0
    list_iterator: Capacity = 0
    tuple_iterator: Capacity = 0
    method: Capacity = 0
    builtin_method: Capacity = 0


@dataclass(frozen=True)
class Profile:
    """The facts of one CPython version that a program can observe."""

    version: str
    release: str  # the patch release these facts were measured on

    # --- immortality (PEP 683; Include/internal/pycore_object.h, Include/refcount.h) ---
    immortal_count: int | None  # what getrefcount prints; None: the version has no immortal objects
    small_int_max: int = 256  # Include/internal/pycore_runtime_structs.h, _PY_NSMALLPOSINTS
    interned_immortal: bool = False  # 3.12 only: Objects/unicodeobject.c, undone by gh-113993
    interned_letters: str = ""  # letters whose interned twin from start-up is another object than the shared character (measured)

    # --- compiler (Python/compile.c, Python/codegen.c, Python/flowgraph.c, Python/ast_opt.c) ---
    inlines_comprehensions: bool = True  # PEP 709
    folds_in_flow: bool = False  # 3.14+: folding on the control-flow graph, after the parser's arena took its references
    folds_constant_subscripts: bool = False
    borrows_locals: bool = False  # gh-130704: optimize_load_fast
    borrows_constants: bool = False
    with_uses_bound_methods: bool = True  # BEFORE_WITH, before LOAD_SPECIAL
    lazy_annotations: bool = False  # PEP 649
    class_records_static_attributes: bool = False
    bytes_literal_arena_refs: int = 1
    binary_slices: bool = True  # BINARY_SLICE / STORE_SLICE exist from 3.12 on
    tests_in_place: bool = False  # 3.11: JUMP_IF_TRUE_OR_POP and JUMP_IF_FALSE_OR_POP
    load_super_attr: bool = True  # LOAD_SUPER_ATTR exists from 3.12 on

    # --- frames and calls (Python/bytecodes.c, Python/ceval.c) ---
    slots_released_backwards: bool = False  # 3.14: _PyFrame_ClearLocals walks from the top
    stack_released_from_top: bool = False  # 3.14+: an instruction closes its inputs last pushed first; before, and when it fails, in order
    operands_released_backwards: bool = False  # 3.15: so does BINARY_OP
    slice_outlives_collections: bool = True  # up to 3.13: _PySlice_ClearFreeList does nothing before the interpreter's end
    closing_unstarted_keeps_frame: bool = False  # 3.12.1: gen_close only marks a generator that never ran as completed
    unpacks_only_keywords: bool = False  # 3.15: _PyStack_UnpackDict holds the values given by keyword, not the other arguments
    slices_keep_bounds: bool = False  # 3.15: BINARY_SLICE leaves start and stop on the stack while the slice lives
    star_call_keeps_arguments: bool = False  # 3.11 keeps the packed tuple and dict during f(*a, **k)
    for_uses_index: bool = False  # 3.15: FOR_ITER over a list or tuple keeps the sequence and an index on the stack
    streams_keep_empty_text: bool = False  # up to 3.12 `print(x, end="")` makes sys.stdout keep a piece of no text
    suggests_keywords: bool = True  # 3.13: "Did you mean ...?" after an unexpected keyword
    getattr_keeps_method: bool = False  # 3.11: __getattr__ is called through a bound method
    locals_snapshot_cached: bool = False  # before PEP 667 (3.13) locals() fills a dict kept by the frame
    frame_locals_proxy: bool = True  # PEP 667
    warm_init: int = 0  # 0 never; 1 classes with inline values; 2 all plain classes (CALL_ALLOC_AND_ENTER_INIT)
    warm_getitem_after: int = 1  # runs of the site before BINARY_SUBSCR_GETITEM
    warm_getitem_by_code: bool = False  # 3.11 warms a whole code object, later versions each site
    warm_property: bool = True
    warm_concatenate_after: int = 1
    last_exception_names: tuple[str, ...] = ("last_exc", "last_type", "last_value", "last_traceback")  # of sys; the first is 3.12's

    # --- collector (Modules/gcmodule.c, Python/gc.c) ---
    thresholds: tuple[int, int, int] = (2000, 10, 10)
    startup_objects: int = 4277  # tracked objects that the interpreter's start leaves (-I -S, measured): they weigh in the quarter rule
    collects_at_check_points: bool = True  # 3.12+: a flag, honoured at function entry, backward jumps and after C calls
    dicts_tracked_from_birth: bool = False
    tuple_tracking: int = (
        0  # 0: always tracked when made; 1 (3.14): not for displays, tuple(...), *args of atoms; 2 (3.15): other C results too
    )
    frozenset_tracks_atoms: bool = True
    plain_weakrefs_cleared_late: bool = False
    statistics_extra: tuple[str, ...] = ()

    # --- types and sizes (Objects/*.c; 64-bit) ---
    class_self_references: int = 3  # MRO tuple and, up to 3.14, the __dict__ and __weakref__ descriptors
    instance_values: str = "inline"  # "separate" up to 3.12; "inline" (shrinking) from 3.13 on
    string_header: int = 40
    string_header_wide: int = 56
    tuple_header: int = 40
    instance_size: int = 48
    instance_prefix: int = 16
    function_size: int = 160
    slice_size: int = 56
    range_iterator_size: int = 40
    map_size: int = 48
    bytearray_size: int = 56
    generator_size: int = 144  # without the collector's header, locals and stack
    generators_have_handler: bool = True  # 3.12+: StopIteration becomes RuntimeError in bytecode, which needs two places on the stack
    call_names_on_stack: bool = True  # 3.13+: the tuple of keyword names
    loop_places: int = 1  # places of the stack that a running `for` keeps; 3.15: the sequence and an index
    static_type_size: int = 416
    module_size: int = 72
    proxy_repr_tells_death: bool = False  # 3.13+: Objects/weakrefobject.c proxy_repr
    unraisable_message: bool = False  # 3.14+: err_msg names the callable, object is None (Python/errors.c PyErr_FormatUnraisable)
    property_doc_may_be_dropped: bool = False  # 3.12+: a property subclass with nowhere to keep its getter's text does without
    inline_values_everywhere: bool = False  # 3.14+: also in classes derived from list, dict, str ... (Objects/typeobject.c)
    implicit_methods_wrapped: bool = False  # 3.15: a bare `def __new__` in a class gets functools_wraps' dict too (Objects/funcobject.c)
    weak_containers_copied: bool = False  # 3.14+: Lib/weakref.py iterates over copies instead of putting removals off
    list_shrinks_small: bool = True  # 3.14+: a list of fewer than 16 * 2 slots keeps its buffer until empty
    list_from_unsized: str = "guess"  # list(generator): see objects/lists.py
    list_from_dict_bytes: int = 120
    split_first_guess: int = 0
    mixed_keys_enlarge_dict: bool = False
    class_size: int = 1712
    subclass_exception_size: int = 104
    trashcan_depth: int = 0  # 0: deep enough never to matter below 120 nested containers

    free_lists: FreeLists = FreeLists()


PY313 = Profile(
    version="3.13",
    release="3.13.18",
    proxy_repr_tells_death=True,
    immortal_count=4294967295,
    class_records_static_attributes=True,
    bytes_literal_arena_refs=2,
    warm_init=1,
    free_lists=FreeLists(tuple_lengths=20),
)

PY312 = replace(
    PY313,
    version="3.12",
    startup_objects=4215,
    release="3.12.1",
    property_doc_may_be_dropped=True,
    interned_immortal=True,
    interned_letters="_abcdenprsx",
    class_records_static_attributes=False,
    warm_init=0,
    closing_unstarted_keeps_frame=True,
    thresholds=(700, 10, 10),
    locals_snapshot_cached=True,
    frame_locals_proxy=False,
    instance_values="separate",
    list_from_dict_bytes=88,
    mixed_keys_enlarge_dict=True,
    class_size=1704,
    static_type_size=432,
    call_names_on_stack=False,
    suggests_keywords=False,
    streams_keep_empty_text=True,
    trashcan_depth=50,
    free_lists=FreeLists(),
)

PY311 = replace(
    PY312,
    version="3.11",
    closing_unstarted_keeps_frame=False,
    startup_objects=3991,
    release="3.11.7",
    last_exception_names=("last_type", "last_value", "last_traceback"),
    immortal_count=None,
    interned_immortal=False,
    interned_letters="BCLST_abcdefhijklmnopqrstvwxy",
    inlines_comprehensions=False,
    bytes_literal_arena_refs=1,
    binary_slices=False,
    tests_in_place=True,
    load_super_attr=False,
    star_call_keeps_arguments=True,
    getattr_keeps_method=True,
    warm_getitem_after=8,
    warm_getitem_by_code=True,
    warm_property=False,
    warm_concatenate_after=8,
    collects_at_check_points=False,
    string_header=48,
    string_header_wide=72,
    instance_size=56,
    function_size=152,
    range_iterator_size=48,
    class_size=1688,
    static_type_size=424,
    generator_size=152,
    generators_have_handler=False,
    subclass_exception_size=96,
)

PY314 = replace(
    PY313,
    version="3.14",
    startup_objects=4445,
    release="3.14.10",
    weak_containers_copied=True,
    inline_values_everywhere=True,
    unraisable_message=True,
    immortal_count=3221225472,
    folds_in_flow=True,
    folds_constant_subscripts=True,
    borrows_locals=True,
    with_uses_bound_methods=False,
    lazy_annotations=True,
    bytes_literal_arena_refs=1,
    slots_released_backwards=True,
    stack_released_from_top=True,
    slice_outlives_collections=False,
    warm_init=2,
    dicts_tracked_from_birth=True,
    tuple_tracking=1,
    tuple_header=48,
    function_size=168,
    generator_size=152,
    map_size=56,
    list_shrinks_small=False,
    list_from_unsized="eight",
    class_size=1720,
    free_lists=FreeLists(
        tuple_lengths=20, int=100, range=6, range_iterator=6, list_iterator=10, tuple_iterator=10, method=20, builtin_method=16
    ),
)

PY315 = replace(
    PY314,
    version="3.15",
    startup_objects=4513,
    release="3.15.2",
    implicit_methods_wrapped=True,
    small_int_max=1024,
    borrows_constants=True,
    operands_released_backwards=True,
    slices_keep_bounds=True,
    unpacks_only_keywords=True,
    for_uses_index=True,
    tuple_tracking=2,
    frozenset_tracks_atoms=False,
    plain_weakrefs_cleared_late=True,
    statistics_extra=("candidates", "duration"),
    class_self_references=1,
    bytearray_size=64,
    list_from_unsized="append",
    class_size=1728,
    static_type_size=424,
    module_size=120,
    loop_places=2,
    free_lists=replace(PY314.free_lists, complex=100),
)

PROFILES: dict[str, Profile] = {p.version: p for p in (PY311, PY312, PY313, PY314, PY315)}
PYTHONS: tuple[str, ...] = tuple(PROFILES)
