import struct, sys
print(struct.calcsize('P'), struct.calcsize('i'), struct.calcsize('bi'), struct.calcsize('<bi'), struct.calcsize('10s'), struct.calcsize('3h d'), struct.calcsize('bq'), struct.calcsize('qb'), struct.calcsize('l'), struct.calcsize('=l'))
p = struct.pack('<iHd', -5, 65535, 1.5); print(p, struct.unpack('<iHd', p), len(p))
print(struct.pack('>I', 1), struct.pack('<I', 1), struct.pack('4s', b'ab'), struct.pack('?c', True, b'x'), struct.pack('3B', 1, 2, 3), struct.pack('bi', 1, 2), struct.pack('5p', b'abcdef'))
print(struct.unpack('>hh', b'\x00\x01\xff\xfe'), struct.unpack_from('<H', b'abcdef', 2), list(struct.iter_unpack('<H', b'abcd')), struct.unpack('3sx?', b'abc\0\1'), struct.unpack('f', struct.pack('f', 0.1)))
s = struct.Struct('<hh'); print(s.size, s.pack(1, 2), s.unpack(b'\1\0\2\0'), s.format)
for f in (lambda: struct.pack('b', 200), lambda: struct.pack('B', -1), lambda: struct.pack('i', 2**40), lambda: struct.pack('i', 'a'), lambda: struct.pack('ii', 1), lambda: struct.unpack('i', b'abc'), lambda: struct.pack('y', 1), lambda: struct.pack('f', 'x'), lambda: struct.unpack('i', 5), lambda: struct.pack('4s', 'ab'), lambda: struct.calcsize('5'), lambda: struct.pack('H', 70000)):
    try: print(f())
    except Exception as e: print(type(e), e)
