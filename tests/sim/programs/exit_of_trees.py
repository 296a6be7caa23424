import weakref
class Node:
    def __init__(self, name):
        self.name = name
        self.kids = []
        self.parent = None
    def add(self, k):
        self.kids.append(k)
        k.parent = weakref.ref(self)
    def __del__(self):
        print('gone', self.name)
root = Node('root')
for i in range(3):
    k = Node('k%d' % i)
    root.add(k)
    k.add(Node('g%d' % i))
print('done')
