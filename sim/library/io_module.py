"""io.StringIO as guest source, in our own words. Files and byte streams are refused: a simulated program has none."""

from __future__ import annotations

SOURCE = '''
class StringIO:
    def __init__(self, initial_value="", newline="\\n"):
        self._text = initial_value or ""
        self._at = 0
        self.closed = False

    def _open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def write(self, s, /):
        self._open()
        if not isinstance(s, str):
            raise TypeError(f"string argument expected, got {type(s).__name__!r}")
        text, at = self._text, self._at
        if at > len(text):
            text += "\\0" * (at - len(text))
        self._text = text[:at] + s + text[at + len(s):]
        self._at = at + len(s)
        return len(s)

    def writelines(self, lines, /):
        for line in lines:
            self.write(line)

    def getvalue(self):
        self._open()
        return self._text

    def read(self, size=-1, /):
        self._open()
        end = len(self._text) if size is None or size < 0 else self._at + size
        found = self._text[self._at:end]
        self._at += len(found)
        return found

    def readline(self, size=-1, /):
        self._open()
        stop = self._text.find("\\n", self._at)
        end = len(self._text) if stop < 0 else stop + 1
        if size is not None and size >= 0:
            end = min(end, self._at + size)
        found = self._text[self._at:end]
        self._at += len(found)
        return found

    def readlines(self, hint=-1, /):
        return list(self)

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def seek(self, pos, whence=0, /):
        self._open()
        if whence == 0 and pos < 0:
            raise ValueError(f"Negative seek position {pos}")
        self._at = pos if whence == 0 else self._at if whence == 1 else len(self._text)
        return self._at

    def tell(self):
        self._open()
        return self._at

    def truncate(self, pos=None, /):
        self._open()
        pos = self._at if pos is None else pos
        self._text = self._text[:pos]
        return pos

    def readable(self):
        return True

    writable = seekable = readable

    def isatty(self):
        return False

    def flush(self):
        self._open()

    def close(self):
        self.closed = True

    def __enter__(self):
        self._open()
        return self

    def __exit__(self, *details):
        self.close()
'''
SOURCES = {"io": SOURCE}
