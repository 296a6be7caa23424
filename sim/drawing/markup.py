"""SVG elements as text. Everything that comes from a guest program goes through `escape`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"


def escape(text: str) -> str:
    """Text for an element or an attribute; characters that XML cannot hold become a replacement character."""
    clean = NOT_XML.sub("\ufffd", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def attributes(pairs: dict[str, object]) -> str:
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{number(value)}"' for name, value in pairs.items() if value is not None)


def number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))


def element(name: str, content: str | Iterable[str] | None = None, /, **pairs: object) -> str:
    """An element; content is markup already."""
    if content is None:
        return f"<{name}{attributes(pairs)}/>"
    inner = content if isinstance(content, str) else "".join(content)
    return f"<{name}{attributes(pairs)}>{inner}</{name}>"


def text(x: float, y: float, content: str, /, **pairs: object) -> str:
    return element("text", escape(content), x=x, y=y, **pairs)


def rect(x: float, y: float, width: float, height: float, /, **pairs: object) -> str:
    return element("rect", x=x, y=y, width=width, height=height, **pairs)


def line(x1: float, y1: float, x2: float, y2: float, /, **pairs: object) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **pairs)


def cut(content: str, room: float, char: float) -> str:
    """Text that fits, with an ellipsis where it was longer."""
    most = max(1, int(room / char))
    return content if len(content) <= most else content[: most - 1] + "…"


def paragraph(x: float, y: float, content: str, room: float, char: float, step: float, /, **pairs: object) -> tuple[list[str], float]:
    """Lines of text, broken to fit; and the height after the last one."""
    rows = wrap(content, max(12, int(room / char))) or [""]
    return [text(x, y + index * step, row, **pairs) for index, row in enumerate(rows)], y + step * len(rows)


def document(width: float, height: float, title: str, description: str, style: str, definitions: str, body: Iterable[str]) -> str:
    """A whole picture: as wide as there is room, never wider than drawn, with its words for screen readers."""
    head = [element("title", escape(title), id="title"), element("desc", escape(description), id="description")]
    parts = [*head, element("style", escape(style).replace("&gt;", ">")), element("defs", definitions), *body]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(float(round(width)))} {number(float(round(height)))}" '
        f'width="100%" style="max-width:{round(width)}px;height:auto;background:#fff" role="img" '
        'aria-labelledby="title description">\n' + "\n".join(parts) + "\n</svg>\n"
    )
