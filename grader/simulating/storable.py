"""What the simulator answers, as a database takes it: no NUL and no half of a surrogate pair, though a program may print both."""

from __future__ import annotations

import re
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SHOWN_AS = {"\x00": "\u2400"}  # the picture of a NUL


def storable(value: Any) -> Any:
    """The same value wherever it is needed: what is kept and what has just been worked out must not differ."""
    if isinstance(value, str):
        return UNSTORABLE.sub(lambda found: SHOWN_AS.get(found[0], "\ufffd"), value)
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value
