"""The containers of the weakref module as guest source, in the two ways they were written: see weakref_module.py."""

GUARD = '''
class _IterationGuard:
    def __init__(self, weakcontainer):
        self.weakcontainer = ref(weakcontainer)

    def __enter__(self):
        container = self.weakcontainer()
        if container is not None:
            container._iterating.add(self)
        return self

    def __exit__(self, kind, value, traceback):
        container = self.weakcontainer()
        if container is not None:
            iterating = container._iterating
            iterating.remove(self)
            if not iterating:
                container._commit_removals()
'''

# {commit}, {guarded} and {data} are put in by `source`, and so are lines that only one of the two ways has.
CONTAINERS = '''
def _is_mapping(other):
    known = sys.modules.get("collections.abc")
    return isinstance(other, (dict, _WeakMapping)) or known is not None and isinstance(other, known.Mapping)


class _WeakMapping:
    def __eq__(self, other):
        if not _is_mapping(other):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    __hash__ = None

    def __repr__(self):
        return "<%s at %#x>" % (self.__class__.__name__, id(self))

    def clear(self):
        try:
            while True:
                self.popitem()
        except KeyError:
            pass

    def __ior__(self, other):
        self.update(other)
        return self

    def __or__(self, other):
        if _is_mapping(other):
            c = self.copy()
            c.update(other)
            return c
        return NotImplemented

    def __ror__(self, other):
        if _is_mapping(other):
            c = self.__class__()
            c.update(other)
            c.update(self)
            return c
        return NotImplemented


class WeakValueDictionary(_WeakMapping):
    def __init__(self, other=(), /, **kw):
        def remove(wr, selfref=ref(self), _atomic_removal=_remove_dead_weakref):
            self = selfref()
            if self is not None:
                if_guarded: if self._iterating:
                if_guarded:     self._pending_removals.append(wr.key)
                if_guarded:     return
                _atomic_removal(self.data, wr.key)

        self._remove = remove
        if_guarded: self._pending_removals = []
        if_guarded: self._iterating = set()
        self.data = {}
        self.update(other, **kw)

    if_guarded: def _commit_removals(self, _atomic_removal=_remove_dead_weakref):
    if_guarded:     pop = self._pending_removals.pop
    if_guarded:     d = self.data
    if_guarded:     while True:
    if_guarded:         try:
    if_guarded:             key = pop()
    if_guarded:         except IndexError:
    if_guarded:             return
    if_guarded:         _atomic_removal(d, key)

    def __getitem__(self, key):
        {commit}
        o = self.data[key]()
        if o is None:
            raise KeyError(key)
        return o

    def __delitem__(self, key):
        {commit}
        del self.data[key]

    def __len__(self):
        {commit}
        return len(self.data)

    def __contains__(self, key):
        {commit}
        try:
            o = self.data[key]()
        except KeyError:
            return False
        return o is not None

    def __setitem__(self, key, value):
        {commit}
        self.data[key] = KeyedRef(value, self._remove, key)

    def copy(self):
        {commit}
        new = WeakValueDictionary()
        {guarded}
            for key, wr in {data}.items():
                o = wr()
                if o is not None:
                    new[key] = o
        return new

    __copy__ = copy

    def __deepcopy__(self, memo):
        from copy import deepcopy
        {commit}
        new = self.__class__()
        {guarded}
            for key, wr in {data}.items():
                o = wr()
                if o is not None:
                    new[deepcopy(key, memo)] = o
        return new

    def get(self, key, default=None):
        {commit}
        try:
            wr = self.data[key]
        except KeyError:
            return default
        o = wr()
        return default if o is None else o

    def items(self):
        {commit}
        {guarded}
            for k, wr in {data}.items():
                v = wr()
                if v is not None:
                    yield k, v

    def keys(self):
        {commit}
        {guarded}
            for k, wr in {data}.items():
                if wr() is not None:
                    yield k

    __iter__ = keys

    def itervaluerefs(self):
        {commit}
        {guarded}
            yield from {data}.values()

    def values(self):
        {commit}
        {guarded}
            for wr in {data}.values():
                obj = wr()
                if obj is not None:
                    yield obj

    def popitem(self):
        {commit}
        while True:
            key, wr = self.data.popitem()
            o = wr()
            if o is not None:
                return key, o

    def pop(self, key, *args):
        {commit}
        try:
            o = self.data.pop(key)()
        except KeyError:
            o = None
        if o is None:
            if args:
                return args[0]
            raise KeyError(key)
        return o

    def setdefault(self, key, default=None):
        try:
            o = self.data[key]()
        except KeyError:
            o = None
        if o is None:
            {commit}
            self.data[key] = KeyedRef(default, self._remove, key)
            return default
        return o

    def update(self, other=None, /, **kwargs):
        {commit}
        d = self.data
        if other is not None:
            if not hasattr(other, "items"):
                other = dict(other)
            for key, o in other.items():
                d[key] = KeyedRef(o, self._remove, key)
        for key, o in kwargs.items():
            d[key] = KeyedRef(o, self._remove, key)

    def valuerefs(self):
        {commit}
        return list({data}.values())


class WeakKeyDictionary(_WeakMapping):
    def __init__(self, dict=None):
        self.data = {}

        def remove(k, selfref=ref(self)):
            self = selfref()
            if self is not None:
                if_guarded: if self._iterating:
                if_guarded:     self._pending_removals.append(k)
                if_guarded:     return
                try:
                    del self.data[k]
                except KeyError:
                    pass

        self._remove = remove
        if_guarded: self._pending_removals = []
        if_guarded: self._iterating = set()
        if_guarded: self._dirty_len = False
        if dict is not None:
            self.update(dict)

    if_guarded: def _commit_removals(self):
    if_guarded:     pop = self._pending_removals.pop
    if_guarded:     d = self.data
    if_guarded:     while True:
    if_guarded:         try:
    if_guarded:             key = pop()
    if_guarded:         except IndexError:
    if_guarded:             return
    if_guarded:         try:
    if_guarded:             del d[key]
    if_guarded:         except KeyError:
    if_guarded:             pass

    if_guarded: def _scrub_removals(self):
    if_guarded:     d = self.data
    if_guarded:     self._pending_removals = [k for k in self._pending_removals if k in d]
    if_guarded:     self._dirty_len = False

    def __delitem__(self, key):
        if_guarded: self._dirty_len = True
        del self.data[ref(key)]

    def __getitem__(self, key):
        return self.data[ref(key)]

    def __len__(self):
        if_guarded: if self._dirty_len and self._pending_removals:
        if_guarded:     self._scrub_removals()
        if_guarded: return len(self.data) - len(self._pending_removals)
        return len(self.data)

    def __setitem__(self, key, value):
        self.data[ref(key, self._remove)] = value

    def copy(self):
        new = WeakKeyDictionary()
        {guarded}
            for key, value in {data}.items():
                o = key()
                if o is not None:
                    new[o] = value
        return new

    __copy__ = copy

    def __deepcopy__(self, memo):
        from copy import deepcopy
        new = self.__class__()
        {guarded}
            for key, value in {data}.items():
                o = key()
                if o is not None:
                    new[o] = deepcopy(value, memo)
        return new

    def get(self, key, default=None):
        return self.data.get(ref(key), default)

    def __contains__(self, key):
        try:
            wr = ref(key)
        except TypeError:
            return False
        return wr in self.data

    def items(self):
        {guarded}
            for wr, value in {data}.items():
                key = wr()
                if key is not None:
                    yield key, value

    def keys(self):
        {guarded}
            for wr in {data}:
                obj = wr()
                if obj is not None:
                    yield obj

    __iter__ = keys

    def values(self):
        {guarded}
            for wr, value in {data}.items():
                if wr() is not None:
                    yield value

    def keyrefs(self):
        return list(self.data)

    def popitem(self):
        if_guarded: self._dirty_len = True
        while True:
            key, value = self.data.popitem()
            o = key()
            if o is not None:
                return o, value

    def pop(self, key, *args):
        if_guarded: self._dirty_len = True
        return self.data.pop(ref(key), *args)

    def setdefault(self, key, default=None):
        return self.data.setdefault(ref(key, self._remove), default)

    def update(self, dict=None, /, **kwargs):
        d = self.data
        if dict is not None:
            if not hasattr(dict, "items"):
                dict = type({})(dict)
            for key, value in dict.items():
                d[ref(key, self._remove)] = value
        if len(kwargs):
            self.update(kwargs)


class WeakSet:
    def __init__(self, data=None):
        self.data = set()

        def _remove(item, selfref=ref(self)):
            self = selfref()
            if self is not None:
                if_guarded: if self._iterating:
                if_guarded:     self._pending_removals.append(item)
                if_guarded:     return
                self.data.discard(item)

        self._remove = _remove
        if_guarded: self._pending_removals = []
        if_guarded: self._iterating = set()
        if data is not None:
            self.update(data)

    if_guarded: def _commit_removals(self):
    if_guarded:     pop = self._pending_removals.pop
    if_guarded:     discard = self.data.discard
    if_guarded:     while True:
    if_guarded:         try:
    if_guarded:             item = pop()
    if_guarded:         except IndexError:
    if_guarded:             return
    if_guarded:         discard(item)

    def __iter__(self):
        {guarded}
            for itemref in {data}:
                item = itemref()
                if item is not None:
                    yield item

    def __len__(self):
        if_guarded: return len(self.data) - len(self._pending_removals)
        return len(self.data)

    def __contains__(self, item):
        try:
            wr = ref(item)
        except TypeError:
            return False
        return wr in self.data

    def add(self, item):
        {commit}
        self.data.add(ref(item, self._remove))

    def clear(self):
        {commit}
        self.data.clear()

    def copy(self):
        return self.__class__(self)

    def pop(self):
        {commit}
        while True:
            try:
                itemref = self.data.pop()
            except KeyError:
                raise KeyError("pop from empty WeakSet") from None
            item = itemref()
            if item is not None:
                return item

    def remove(self, item):
        {commit}
        self.data.remove(ref(item))

    def discard(self, item):
        {commit}
        self.data.discard(ref(item))

    def update(self, other):
        {commit}
        for element in other:
            self.add(element)

    def __ior__(self, other):
        self.update(other)
        return self

    def difference(self, other):
        newset = self.copy()
        newset.difference_update(other)
        return newset

    __sub__ = difference

    def difference_update(self, other):
        self.__isub__(other)

    def __isub__(self, other):
        {commit}
        if self is other:
            self.data.clear()
        else:
            self.data.difference_update(ref(item) for item in other)
        return self

    def intersection(self, other):
        return self.__class__(item for item in other if item in self)

    __and__ = intersection

    def intersection_update(self, other):
        self.__iand__(other)

    def __iand__(self, other):
        {commit}
        self.data.intersection_update(ref(item) for item in other)
        return self

    def issubset(self, other):
        return self.data.issubset(ref(item) for item in other)

    __le__ = issubset

    def __lt__(self, other):
        return self.data < set(map(ref, other))

    def issuperset(self, other):
        return self.data.issuperset(ref(item) for item in other)

    __ge__ = issuperset

    def __gt__(self, other):
        return self.data > set(map(ref, other))

    def __eq__(self, other):
        if not isinstance(other, self.__class__):
            return NotImplemented
        return self.data == set(map(ref, other))

    def symmetric_difference(self, other):
        newset = self.copy()
        newset.symmetric_difference_update(other)
        return newset

    __xor__ = symmetric_difference

    def symmetric_difference_update(self, other):
        self.__ixor__(other)

    def __ixor__(self, other):
        {commit}
        if self is other:
            self.data.clear()
        else:
            self.data.symmetric_difference_update(ref(item, self._remove) for item in other)
        return self

    def union(self, other):
        return self.__class__(e for s in (self, other) for e in s)

    __or__ = union

    def isdisjoint(self, other):
        return len(self.intersection(other)) == 0

    def __repr__(self):
        return repr(self.data)

    __class_getitem__ = classmethod(type(list[int]))


def _register():
    """What these classes are by inheritance in CPython; its abstract classes are made here only when somebody imports them."""
    known = sys.modules["collections.abc"]
    known.MutableMapping.register(WeakValueDictionary)
    known.MutableMapping.register(WeakKeyDictionary)


if "collections.abc" in sys.modules:
    _register()
'''
