from __future__ import annotations

from grader.web.inputs.text.reader import TextInput


class NumberInput(TextInput):
    """Typed as text: what a number is, the shape's contract says, in the words it has for every sender."""

    template = "inputs/number/field.html"
    missing = "No answer yet. Type a whole number, such as 2."
