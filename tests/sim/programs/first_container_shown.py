import gc
gc.collect()
g = gc.get_count
for v in ([], {}, (), set(), [1], {1: 2}, (1,), {1}, [[1]], object(), 5, "s", frozenset([1]), range(3), [1], (2,), b"x", slice(1), ...):
    a = g()[0]; r = repr(v); b = g()[0]
    print(type(v).__name__, b - a)
