class D:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n, a if 'a' in globals() else 'no a')
_private = D('private')
a = 1
__dunder__ = D('dunder')
x = D('x')
x.other = D('x.other')
lst = [D('in list')]
tup = (D('in tuple'),)
