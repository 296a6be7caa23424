class Meta(type):
    def __del__(cls): print('class gone', cls.__name__)
class A(metaclass=Meta): pass
class B(A): pass
b = B()
x = [b]
x.append(x)
print('end')
