import atexit
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)
d = D('d')
def bye(x):
    print('bye', x.n)
atexit.register(bye, D('arg'))
@atexit.register
def last():
    global d
    d = None
    print('last')
