"""A longer program: inventory with parsing, grouping and reports."""
from collections import Counter, defaultdict, namedtuple, OrderedDict, deque

Sale = namedtuple("Sale", "day item qty price")
RAW = """
mon, apple, 3, 0.5
mon, pear, 1, 0.75
tue, apple, 10, 0.45
wed, fig, 2, 1.25
wed, pear, bad, 1
tue, apple, 1
"""


class ParseError(ValueError):
    def __init__(self, line, reason):
        super().__init__(f"line {line}: {reason}")
        self.line = line


def parse(text):
    for number, line in enumerate(text.strip().splitlines(), 1):
        parts = [p.strip() for p in line.split(",")]
        if len(parts) != 4:
            yield ParseError(number, f"expected 4 fields, got {len(parts)}")
            continue
        day, item, qty, price = parts
        try:
            yield Sale(day, item, int(qty), float(price))
        except ValueError as e:
            yield ParseError(number, str(e))


records = list(parse(RAW))
sales = [r for r in records if isinstance(r, Sale)]
errors = [r for r in records if isinstance(r, ParseError)]
print(len(sales), "sales;", *errors, sep="\n  ")
by_item = defaultdict(list)
for s in sales:
    by_item[s.item].append(s)
for item, group in sorted(by_item.items()):
    total = sum(s.qty * s.price for s in group)
    print(f"{item:<8}{sum(s.qty for s in group):>4} {total:>8.2f} {'#' * int(total)}")
print(Counter(s.day for s in sales), Counter("mississippi").most_common(2))
print(sales[0], sales[0]._asdict(), sales[0]._replace(qty=0), Sale._fields)
day, *rest = sales[1]
print(day, rest, sales[0] < sales[1], max(sales, key=lambda s: s.price).item)
q = deque([1, 2, 3], maxlen=3)
q.append(4)
q.appendleft(0)
q.rotate(1)
print(q, q.pop(), q.popleft(), len(q))
od = OrderedDict(a=1, b=2)
od.move_to_end("a")
print(list(od))
c = Counter(a=3, b=1)
c.update("aab")
c.subtract({"b": 5})
print(c, c["zzz"], sorted(c.elements()), c + Counter("x"))
d = defaultdict(lambda: defaultdict(int))
d["x"]["y"] += 1
print(d["x"]["y"], len(d), "q" in d)
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}


def bfs(start):
    seen, queue, order = {start}, deque([start]), []
    while queue:
        node = queue.popleft()
        order.append(node)
        for n in graph[node]:
            if n not in seen:
                seen.add(n)
                queue.append(n)
    return order


def paths(a, b, path=()):
    path = path + (a,)
    if a == b:
        return [path]
    return [p for n in graph[a] for p in paths(n, b, path)]


print(bfs("a"), paths("a", "d"))
