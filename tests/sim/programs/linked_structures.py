"""Linked list, stack, queue, binary search tree, iterators written as classes."""


class Node:
    __slots__ = ("value", "next")

    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        self.size = 0
        for item in reversed(list(items)):
            self.push(item)

    def push(self, value):
        self.head = Node(value, self.head)
        self.size += 1

    def pop(self):
        if self.head is None:
            raise IndexError("pop from empty list")
        node = self.head
        self.head = node.next
        self.size -= 1
        return node.value

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def __len__(self):
        return self.size

    def reverse(self):
        previous, node = None, self.head
        while node:
            node.next, previous, node = previous, node, node.next
        self.head = previous

    def __str__(self):
        return " -> ".join(map(str, self)) or "empty"


class Tree:
    def __init__(self):
        self.root = None

    class _Node:
        def __init__(self, key):
            self.key, self.left, self.right = key, None, None

    def insert(self, key):
        def go(node):
            if node is None:
                return Tree._Node(key)
            if key < node.key:
                node.left = go(node.left)
            elif key > node.key:
                node.right = go(node.right)
            return node
        self.root = go(self.root)
        return self

    def __iter__(self):
        def walk(node):
            if node:
                yield from walk(node.left)
                yield node.key
                yield from walk(node.right)
        return walk(self.root)

    def height(self):
        def h(n):
            return 0 if n is None else 1 + max(h(n.left), h(n.right))
        return h(self.root)

    def __contains__(self, key):
        node = self.root
        while node and node.key != key:
            node = node.left if key < node.key else node.right
        return node is not None


class Countdown:
    def __init__(self, start):
        self.current = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.current <= 0:
            raise StopIteration
        self.current -= 1
        return self.current + 1


class Squares:
    def __getitem__(self, i):
        if i >= 5:
            raise IndexError(i)
        return i * i

    def __len__(self):
        return 5


lst = LinkedList([1, 2, 3])
lst.push(0)
print(lst, len(lst), list(lst))
lst.reverse()
print(lst, lst.pop(), lst.pop(), lst)
try:
    LinkedList().pop()
except IndexError as e:
    print("IndexError:", e)
try:
    lst.head.extra = 1
except AttributeError as e:
    print("no extra attribute")
t = Tree()
for k in [5, 2, 8, 1, 9, 3]:
    t.insert(k)
print(list(t), t.height(), 8 in t, 7 in t)
print(list(Countdown(4)), sum(Countdown(10)), *Countdown(3))
print(list(Squares()), 16 in Squares(), list(reversed(Squares())), max(Squares()))
first, *rest = Countdown(4)
print(first, rest)
stack = []
for ch in "{[()]}":
    if ch in "([{":
        stack.append(ch)
    else:
        print(stack.pop() + ch, end=" ")
print()
print([*map(str, t)], {*t} == {1, 2, 3, 5, 8, 9}, sorted(t, reverse=True)[:2])
print(type(t.root).__qualname__, type(t.root).__name__)
