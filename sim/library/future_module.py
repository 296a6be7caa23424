"""The __future__ module: what the compiler has dealt with by the time it is imported."""

from __future__ import annotations

SOURCES = {
    "__future__": """
class _Feature:
    def __init__(self, optional, mandatory):
        self.optional, self.mandatory = optional, mandatory

    def getOptionalRelease(self):
        return self.optional

    def getMandatoryRelease(self):
        return self.mandatory

    def __repr__(self):
        return "_Feature" + repr((self.optional, self.mandatory, 0))


nested_scopes = generators = division = absolute_import = with_statement = _Feature((2, 2, 0, "alpha", 1), (3, 0, 0, "alpha", 0))
print_function = unicode_literals = _Feature((2, 6, 0, "alpha", 2), (3, 0, 0, "alpha", 0))
generator_stop = _Feature((3, 5, 0, "beta", 1), (3, 7, 0, "alpha", 0))
barry_as_FLUFL = _Feature((3, 1, 0, "alpha", 2), (4, 0, 0, "alpha", 0))
annotations = _Feature((3, 7, 0, "beta", 1), None)
"""
}
