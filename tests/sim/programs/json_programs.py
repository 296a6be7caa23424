import json
d = {'name': 'Ann', 'age': 30, 'tags': ['a', 'b'], 'nested': {'x': None, 'y': True, 'z': 1.5}, 'empty': [], 'e': {}, 'u': 'é😀\n"\\\x01'}
s = json.dumps(d); print(s); print(json.loads(s) == d)
print(json.dumps(d, indent=2)); print(json.dumps(d, sort_keys=True, separators=(',', ':')), json.dumps('é', ensure_ascii=False), json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps((1, 2)), json.dumps([]), json.dumps(float('nan')), json.dumps([[], {}], indent=1))
print(json.loads('[1, -2.5e3, "a\\u00e9\\ud83d\\ude00", null, true, {"k": [false]}]'), json.loads(' 0 '), json.loads(b'{"a": 1}'))
for t in ('', '{', '[1,]', '{"a" 1}', '{"a": }', 'nul', '[1 2]', '"abc', '{"a": 1,}', '1 2', "{'a': 1}", '"\\x"'):
    try: print(json.loads(t))
    except json.JSONDecodeError as e: print(repr(t), e, e.pos, e.lineno)
class A: pass
for f in (lambda: json.dumps({1, 2}), lambda: json.dumps(A()), lambda: json.dumps({(1, 2): 3}), lambda: json.loads(3)):
    try: f()
    except TypeError as e: print(e)
a = []; a.append(a)
try: json.dumps(a)
except ValueError as e: print(e)
class E(json.JSONEncoder):
    def default(self, o): return sorted(o) if isinstance(o, set) else super().default(o)
print(json.dumps({'s': {3, 1}}, cls=E), json.dumps(A(), default=lambda o: o.__class__.__name__), json.loads('{"a": {"b": 1}}', object_hook=lambda d: list(d.items())))
