import sys
print(sys.int_info, sys.float_info, sys.hash_info.modulus, sep='\n')
print(sys.version_info[:2] >= (3, 11), sys.version_info.major, sys.version_info > (3, 8), isinstance(sys.version_info, tuple), sys.version_info[0], len(sys.version_info))
print(sys.implementation.name, sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform)
print(sys.float_info.epsilon, sys.float_info.max, sys.float_info.dig, sys.flags.optimize)
major, minor, *rest = sys.version_info
print(major, f"{sys.version_info.releaselevel}")
