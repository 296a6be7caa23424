# The line a finished frame shows: where the exception was raised, not where a cleanup passed it on. And hashes that are not asked twice.
class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def in_except():
    try:
        1 / 0
    except ZeroDivisionError as problem:
        [][1]
        pass


def in_finally():
    try:
        1 / 0
    finally:
        {}["k"]
        pass


def in_with():
    with Quiet():
        with Quiet():
            1 / 0
            pass


for fails in (in_except, in_finally, in_with):
    try:
        fails()
    except Exception as problem:
        step = problem.__traceback__.tb_next
        while step:
            frame = step.tb_frame
            print(fails.__name__, step.tb_lineno - frame.f_code.co_firstlineno, frame.f_lineno - frame.f_code.co_firstlineno)
            step = step.tb_next


class Counted(int):
    asked = 0

    def __hash__(self):
        Counted.asked += 1
        return int.__hash__(self)


kept = dict.fromkeys(map(Counted, range(5)))
copied = dict.fromkeys(set(kept), 1)
again = dict.fromkeys(kept)
print(Counted.asked, len(copied), len(again))


class Both(list):
    def __new__(cls, items, label=None):
        made = super().__new__(cls, items)
        made.label = label
        return made


print(Both([1, 2], label="two"), Both([3], label="one").label)


class Emptying:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target.clear()
        return False


left, right = [], []
left.append(Emptying(right))
right.append(Emptying(left))
print(left == right, left < [])
