"""dict: look-up, storing, removing and its methods. Views and iterators are in dict_views.py.

A key with a token is found by one host look-up. Only keys with guest `__eq__` or `__hash__` (and dicts that contain such keys)
take the way of Objects/dictobject.c: hash, then compare with the entries of the same hash, anew when that changed the dict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.heap import SHARED_KEYS_LIMIT, dict_table_size
from sim.library.hashing import EXOTIC, plain_equal, plain_hash, token_of
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import advance, call, call_method, equal, get_item, hash_of, iterate
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Entry, Set
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"dict": Dict}


# --- the machine's way in ---------------------------------------------------------------------------------------------


def find(m: Machine, d: Dict, key: HeapObject) -> Any:
    """The entry of a key, None, or a frame that gives one of them."""
    token = key.value if key.__class__ is Str else token_of(m, key)
    if token is not EXOTIC and d.exotic is None:
        return d.index.get(token)
    return NativeFrame(m, _find, d, key)


def find_entry(m: Machine, d: Dict, entry: Entry) -> Any:
    """Like find, for an entry of another dict: its hash is known."""
    if d.exotic is None and token_of(m, entry.key) is not EXOTIC:
        return d.index.get(entry.token)
    if entry.hash_value is None:
        entry.hash_value = plain_hash(m, entry.key)
    return NativeFrame(m, _search, d, entry.key, entry.hash_value)


def store(m: Machine, d: Dict, key: HeapObject, value: HeapObject) -> Any:
    """d[key] = value, `value` stolen. None, or a frame."""
    token = key.value if key.__class__ is Str else token_of(m, key)
    if token is not EXOTIC and d.exotic is None:
        m.heap.dict_store(d, token, key, value)
        return None
    return NativeFrame(m, _store, d, key, value)


def remove(m: Machine, d: Dict, key: HeapObject) -> Any:
    """Delete a key: whether it was there, or a frame that says so."""
    token = token_of(m, key)
    if token is not EXOTIC and d.exotic is None:
        return m.heap.dict_delete(d, token)
    return NativeFrame(m, _remove, d, key)


def _find(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject) -> Any:
    hash_value = yield from _hashed(m, key)
    return (yield from _search(m, frame, d, key, hash_value))


def _store(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, value: HeapObject) -> Any:
    frame.own(value)
    frame.borrow(key)
    hash_value = yield from _hashed(m, key)
    yield from store_hashed(m, frame, d, key, value, hash_value)


def store_hashed(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, value: HeapObject, hash_value: int) -> Any:
    """insertdict; the frame owns `value`."""
    entry = yield from _search(m, frame, d, key, hash_value)
    if entry is not None:
        old, entry.value = entry.value, frame.give(value)
        m.heap.close(old)
        return
    token = token_of(m, key)
    m.heap.dict_insert(d, key if token is EXOTIC else token, key, frame.give(value), hash_value)


def _remove(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject) -> Any:
    entry = yield from _find(m, frame, d, key)
    if entry is None:
        return False
    m.heap.dict_remove(d, entry)
    m.heap.close(entry.key)
    m.heap.close(entry.value)
    return True


def first_text(error: GuestError) -> str:
    """The message of an exception, if that is what its first argument is."""
    arguments = error.exception.arguments
    first = arguments.items[0] if arguments is not None and arguments.items else None
    return first.value if isinstance(first, Str) else ""


def _hashed(m: Machine, key: HeapObject) -> Any:
    """hash(key); 3.14 words the refusal of an unhashable key by what it was meant for."""
    try:
        return (yield hash_of(m, key))
    except GuestError as error:
        if m.profile.version < "3.14" or error.exception.type is not m.types["TypeError"]:
            raise
        text = first_text(error)
        if not text.startswith("unhashable type"):
            raise
        m.heap.close(error.exception)
        raise m.error("TypeError", f"cannot use '{key.type.name}' as a dict key ({text})") from None


def same_hash(m: Machine, target: Dict | Set, hash_value: int) -> list[Entry]:
    """The entries of one hash. The table of hashes is made for the first exotic look-up; later entries wait in bucket None."""
    table = target.exotic
    if table is None:
        table = target.exotic = {}
        waiting = target.entries()
    else:
        waiting = table.pop(None, [])
    if waiting:
        m.charge(len(waiting))
    for entry in waiting:
        if entry.hash_value is None:
            entry.hash_value = plain_hash(m, entry.key)
        table.setdefault(entry.hash_value, []).append(entry)
    return table.get(hash_value, [])


def _search(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, hash_value: int) -> Any:
    """Compare with the entries of the same hash; anew when the dict was changed meanwhile (dictobject.c: DKIX_KEY_CHANGED)."""
    while True:
        version = d.version
        for entry in list(same_hash(m, d, hash_value)):
            if entry.key is key:
                return entry
            found = plain_equal(entry.key, key)
            if found is None:
                frame.borrow(entry.key)
                found = yield equal(m, entry.key, key)
                frame.drop(entry.key)
            if d.version != version:
                break
            if found:
                return entry
        else:
            return None


def key_error(m: Machine, key: HeapObject) -> GuestError:
    return m.error_with("KeyError", key)


def dict_of(m: Machine, rows: list[tuple[str, HeapObject]]) -> Dict:
    """A new dict with text keys; values are stolen."""
    made = m.heap.dict()
    for text, value in rows:
        key = m.heap.name(text)
        m.heap.dict_store(made, text, key, value)
        m.heap.close(key)
    return made


def merge(m: Machine, d: Dict, other: HeapObject, unique: bool = False, function_name: str | None = None) -> Any:
    """d.update(other). unique: a key that is there already is an error (`f(**a, **b)`), worded with the function's name."""
    if isinstance(other, Dict) and other.type is m.types["dict"] and other.exotic is None and d.exotic is None:
        _merge_plain(m, d, other, unique, function_name)
        return None
    return NativeFrame(m, _merge, d, other, unique, function_name)


def _merge_plain(m: Machine, d: Dict, other: Dict, unique: bool, function_name: str | None) -> None:
    """dict_merge for two dicts without exotic keys: one resize for all (Objects/dictobject.c)."""
    if other is d or not other.index:
        return
    entries = other.entries()
    m.charge(len(entries))
    heap = m.heap
    if not d.index and _dense(other):
        d.strings_only = other.strings_only
        heap.presize(d, usable(other.log2_size))
    elif usable(max(d.log2_size, 3)) < len(entries):
        heap.presize(d, len(d.index) + len(entries))
    for entry in entries:
        if unique:
            _check_keyword(m, d, entry.token in d.index, entry.key, function_name)
        entry.value.refs += 1
        heap.dict_store(d, entry.token, entry.key, entry.value, entry.hash_value)


def _dense(other: Dict) -> bool:
    """dict_merge clones the table of such a dict into an empty one: no deleted entries, not much too large."""
    used = len(other.index)
    return len(other.order) == used and (other.log2_size == 3 or usable(other.log2_size - 1) < used)


def _check_keyword(m: Machine, d: Dict, present: bool, key: HeapObject, function_name: str | None) -> None:
    where = f"{function_name}() " if function_name else ""
    if not isinstance(key, Str):
        raise m.error("TypeError", "keywords must be strings")
    if present:
        raise m.error("TypeError", f"{where}got multiple values for keyword argument '{key.value}'")


def _merge(m: Machine, frame: NativeFrame, d: Dict, other: HeapObject, unique: bool, function_name: str | None) -> Any:
    if isinstance(other, Dict) and m.lookup(other.type, "__iter__") is m.lookup(m.types["dict"], "__iter__"):
        yield from _merge_dict(m, frame, d, other, unique, function_name)
        return None
    if m.lookup(other.type, "keys") is None:
        if unique or function_name is not None:
            where = f"{function_name}() " if function_name else ""
            raise m.error("TypeError", f"{where}argument after ** must be a mapping, not {other.type.name}")
        raise m.error("TypeError", f"'{other.type.name}' object is not a mapping")
    yield from _merge_mapping(m, frame, d, other, unique, function_name)
    return None


def _merge_dict(m: Machine, frame: NativeFrame, d: Dict, other: Dict, unique: bool, function_name: str | None) -> Any:
    """Another dict with exotic keys: their hashes are known, only comparisons ask the guest."""
    if other is d:
        return
    if not d.index and _dense(other) and not unique:
        _insert_all(m, d, other, other.entries())
        return
    for entry in other.entries():
        value = frame.borrow(entry.value)
        key = frame.borrow(entry.key)
        version = other.version
        hash_value = entry.hash_value if entry.hash_value is not None else plain_hash(m, key)
        if unique:
            present = yield from _search(m, frame, d, key, hash_value)
            _check_keyword(m, d, present is not None, key, function_name)
        frame.borrow(value)
        yield from store_hashed(m, frame, d, key, value, hash_value)
        frame.drop(key)
        frame.drop(value)
        if other.version != version:
            raise m.error("RuntimeError", "dict mutated during update")


def _merge_mapping(m: Machine, frame: NativeFrame, d: Dict, other: HeapObject, unique: bool, function_name: str | None) -> Any:
    """Anything with keys()."""
    keys = frame.own((yield call_method(m, other, "keys", [])))
    iterator = frame.own((yield iterate(m, keys)))
    while True:
        key = yield advance(m, iterator)
        if key is None:
            return
        frame.own(key)
        value = frame.own((yield get_item(m, other, key)))
        yield from _merge_one(m, frame, d, key, value, unique, function_name)
        frame.drop(value)
        frame.drop(key)


def _merge_one(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, value: HeapObject, unique: bool, function_name: str | None) -> Any:
    if unique:
        present = yield find(m, d, key)
        _check_keyword(m, d, present is not None, key, function_name)
    value.refs += 1
    yield store(m, d, key, value)


# --- making -----------------------------------------------------------------------------------------------------------


@native("dict", "__new__", 0, None, raw=True, kind="static")
def dict_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> HeapObject:
    if args[0] is m.types["dict"]:
        return m.heap.dict(called=True)
    return m.new_native(args[0])


@native("dict", "<call>", 0, None, raw=True, kind="static")
def dict_call(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    if len(args) == 1:
        return _with_keywords(m, m.heap.dict(called=True), keywords)
    return NativeFrame(m, _made, args[1:], keywords)


def _with_keywords(m: Machine, d: Dict, keywords: dict[str, HeapObject]) -> Dict:
    for text, value in keywords.items():
        key = m.heap.name(text)
        value.refs += 1
        m.heap.dict_store(d, text, key, value)
        m.heap.close(key)
    return d


def _made(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    d = frame.own(m.heap.dict())
    yield from _filled(m, frame, d, args, keywords)
    return frame.give(d)


@native("dict", "__init__", 0, None, raw=True)
def dict_init(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    yield from _filled(m, frame, args[0], args[1:], keywords)
    return m.none()


@native("dict", "update", 0, None, raw=True)
def dict_update(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    yield from _filled(m, frame, args[0], args[1:], keywords, "update")
    return m.none()


def _filled(m: Machine, frame: NativeFrame, d: Dict, args: list[Any], keywords: dict[str, HeapObject], name: str = "dict") -> Any:
    """dict_update_common: a mapping, or an iterable of pairs, then keywords."""
    if len(args) > 1:
        raise m.error("TypeError", f"{name} expected at most 1 argument, got {len(args)}")
    if args:
        source = args[0]
        if isinstance(source, Dict) or m.lookup(source.type, "keys") is not None:
            yield merge(m, d, source)
        else:
            yield from _from_pairs(m, frame, d, source)
    _with_keywords(m, d, keywords)


def _from_pairs(m: Machine, frame: NativeFrame, d: Dict, source: HeapObject) -> Any:
    """PyDict_MergeFromSeq2."""
    iterator = frame.own((yield iterate(m, source)))
    position = 0
    while True:
        pair = yield advance(m, iterator)
        if pair is None:
            frame.drop(iterator)
            return
        frame.own(pair)
        items = yield from _pair(m, frame, pair, position)
        items[1].refs += 1
        yield store(m, d, items[0], items[1])
        frame.drop(pair)
        m.charge(1)
        position += 1


def _pair(m: Machine, frame: NativeFrame, pair: Any, position: int) -> Any:
    if isinstance(pair, (Tuple, List)):
        items = list(pair.items)
    else:
        items = []
        try:
            iterator = frame.own((yield iterate(m, pair)))
        except GuestError as error:
            if not m.matches(error, "TypeError"):
                raise
            m.heap.close(error.exception)
            if m.profile.version >= "3.14":
                raise m.error("TypeError", "object is not iterable") from None
            raise m.error("TypeError", f"cannot convert dictionary update sequence element #{position} to a sequence") from None
        while len(items) < 1000:
            item = yield advance(m, iterator)
            if item is None:
                break
            items.append(frame.own(item))
    if len(items) != 2:
        raise m.error("ValueError", f"dictionary update sequence element #{position} has length {len(items)}; 2 is required")
    return items


def usable(log2_size: int) -> int:
    """How many entries a table of 2**log2_size slots takes (USABLE_FRACTION)."""
    return (2 << log2_size) // 3 if log2_size > 0 else 0


def copied(m: Machine, d: Dict) -> Dict:
    """PyDict_Copy: the same table if it is well filled, else a compact one."""
    made = m.heap.dict()
    entries = d.entries()
    m.charge(len(entries))
    made.strings_only = d.strings_only
    m.heap.presize(made, usable(d.log2_size) if len(entries) >= len(d.order) * 2 // 3 else len(entries))
    _insert_all(m, made, d, entries)
    return made


def _insert_all(m: Machine, made: Dict, d: Dict, entries: list[Entry]) -> None:
    """Entries of d into a dict without any; the hashes need not be known again."""
    heap = m.heap
    exotic = d.exotic
    for entry in entries:
        entry.value.refs += 1
        heap.dict_insert(made, entry.token, entry.key, entry.value, entry.hash_value)
    if exotic is not None:
        made.exotic = {None: made.entries()}


# --- methods ----------------------------------------------------------------------------------------------------------


@native("dict", "__getitem__", 1)
def dict_getitem(m: Machine, args: list[Any]) -> Any:
    d, key = args
    entry = find(m, d, key)
    if entry.__class__ is Entry:
        entry.value.refs += 1
        return entry.value
    if entry is None:
        return _missing(m, d, key)
    return NativeFrame(m, _getitem_slow, d, key, entry)


def _getitem_slow(m: Machine, frame: NativeFrame, d: Dict, key: HeapObject, pending: Any) -> Any:
    entry = yield pending
    if entry is None:
        return (yield _missing(m, d, key))
    return _value_or(m, entry, None)


def _missing(m: Machine, d: Dict, key: HeapObject) -> Any:
    if d.type is not m.types["dict"]:
        method = m.lookup(d.type, "__missing__")
        if method is not None:
            return call(m, method, [d, key])
    raise key_error(m, key)


@native("dict", "__setitem__", 2)
def dict_setitem(m: Machine, args: list[Any]) -> Any:
    d, key, value = args
    value.refs += 1
    pending = store(m, d, key, value)
    return m.none() if pending is None else NativeFrame(m, _then_none, pending)


def _then_none(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    yield pending
    return m.none()


@native("dict", "__delitem__", 1)
def dict_delitem(m: Machine, args: list[Any]) -> Any:
    d, key = args
    found = remove(m, d, key)
    if found is True:
        return m.none()
    if found is False:
        raise key_error(m, key)
    return NativeFrame(m, _delitem_slow, key, found)


def _delitem_slow(m: Machine, frame: NativeFrame, key: HeapObject, pending: Any) -> Any:
    if not (yield pending):
        raise key_error(m, key)
    return m.none()


@native("dict", "__contains__", 1)
def dict_contains(m: Machine, args: list[Any]) -> Any:
    entry = find(m, args[0], args[1])
    if entry.__class__ is NativeFrame:
        return NativeFrame(m, _contains_slow, entry)
    return m.heap.bool(entry is not None)


def _contains_slow(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    entry = yield pending
    return m.heap.bool(entry is not None)


@native("dict", "get", 1, 2)
def dict_get(m: Machine, args: list[Any]) -> Any:
    d, key, default = args
    entry = find(m, d, key)
    if entry.__class__ is NativeFrame:
        return NativeFrame(m, _get_slow, default, entry)
    return _value_or(m, entry, default)


def _get_slow(m: Machine, frame: NativeFrame, default: HeapObject | None, pending: Any) -> Any:
    entry = yield pending
    return _value_or(m, entry, default)


def _value_or(m: Machine, entry: Entry | None, default: HeapObject | None) -> HeapObject:
    found = entry.value if entry is not None else default if default is not None else m.none_object
    found.refs += 1
    return found


@native("dict", "setdefault", 1, 2)
def dict_setdefault(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    d, key, default = args
    value = default if default is not None else m.none_object
    if d.exotic is None and (token := token_of(m, key)) is not EXOTIC:
        entry = d.index.get(token)
        if entry is None:
            value.refs += 1
            m.heap.dict_insert(d, token, key, value)
    else:
        hash_value = yield from _hashed(m, key)
        entry = yield from _search(m, frame, d, key, hash_value)
        if entry is None:
            token = token_of(m, key)
            value.refs += 1
            m.heap.dict_insert(d, key if token is EXOTIC else token, key, value, hash_value)
    return _value_or(m, entry, value)


@native("dict", "pop", 1, 2)
def dict_pop(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    d, key, default = args
    entry = yield find(m, d, key)
    if entry is None:
        if default is None:
            raise key_error(m, key)
        default.refs += 1
        return default
    m.heap.dict_remove(d, entry)
    m.heap.close(entry.key)
    return entry.value


@native("dict", "popitem", 0)
def dict_popitem(m: Machine, args: list[Any]) -> Any:
    d = args[0]
    order = d.order
    if not d.index:
        raise m.error("KeyError", "popitem(): dictionary is empty")
    while not order[-1].live:
        order.pop()
    entry = order[-1]
    m.heap.dict_remove(d, entry)
    order.pop()
    return m.heap.result_tuple([entry.key, entry.value])


@native("dict", "clear", 0)
def dict_clear(m: Machine, args: list[Any]) -> Any:
    m.heap.close_all(m.heap.dict_emptied(args[0]))
    return m.none()


@native("dict", "copy", 0)
def dict_copy(m: Machine, args: list[Any]) -> Any:
    return copied(m, args[0])


@native("dict", "__len__", 0)
def dict_len(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(len(args[0].index))


@native("dict", "__hash__", 0)
def dict_hash(m: Machine, args: list[Any]) -> Any:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


# --- comparing and joining --------------------------------------------------------------------------------------------


def _equality(name: str, wanted: bool) -> None:
    @native("dict", name, 1)
    def compare_dicts(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        return (yield from _same(m, frame, args[0], args[1], wanted))


_equality("__eq__", True)
_equality("__ne__", False)


def _same(m: Machine, frame: NativeFrame, d: Dict, other: HeapObject, wanted: bool) -> Any:
    """dict_equal: same size, and each key's value equal in the other."""
    if not isinstance(other, Dict):
        return m.not_implemented()
    if len(d.index) != len(other.index):
        return m.heap.bool(not wanted)
    for entry in d.entries():
        if not entry.live:
            continue
        m.charge(1)
        value = frame.borrow(entry.value)
        key = frame.borrow(entry.key)
        found = yield find_entry(m, other, entry)
        if found is None:
            return m.heap.bool(not wanted)
        twin = frame.borrow(found.value)
        frame.drop(key)
        if not (yield equal(m, value, twin)):
            return m.heap.bool(not wanted)
        frame.drop(value)
        frame.drop(twin)
    return m.heap.bool(wanted)


@native("dict", "__or__", 1)
def dict_or(m: Machine, args: list[Any]) -> Any:
    return NativeFrame(m, _joined, args[0], args[1])


@native("dict", "__ror__", 1)
def dict_ror(m: Machine, args: list[Any]) -> Any:
    return NativeFrame(m, _joined, args[1], args[0])


def _joined(m: Machine, frame: NativeFrame, left: HeapObject, right: HeapObject) -> Any:
    if not isinstance(left, Dict) or not isinstance(right, Dict):
        return m.not_implemented()
    made = frame.own(copied(m, left))
    yield merge(m, made, right)
    return frame.give(made)


@native("dict", "__ior__", 1)
def dict_ior(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    yield from _filled(m, frame, args[0], [args[1]], {})
    args[0].refs += 1
    return args[0]


def dict_size(m: Machine, d: Any) -> int:
    """sys.getsizeof: the object with its collector header, and the table."""
    if d.shared is not None and len(d.order) <= SHARED_KEYS_LIMIT:  # a split table: the class has the keys
        return 64 + 8 * (SHARED_KEYS_LIMIT - len(d.shared))
    return 64 + (dict_table_size(d.log2_size, d.strings_only) if d.log2_size else 0)


SIZES: dict[str, Any] = {"dict": dict_size}
