"""How each shape of answers is asked for on the page: a folder for each, with its reader and its template.

What moves by itself on the page (places in an order, boxes that exclude each other) is in static/heaplab/heaplab.js, by data attributes.
"""

from grader.web.inputs.choices.reader import ChoicesInput
from grader.web.inputs.field import PageInput
from grader.web.inputs.groups.reader import GroupsInput
from grader.web.inputs.number.reader import NumberInput
from grader.web.inputs.number_and_choices.reader import NumberAndChoicesInput
from grader.web.inputs.order.reader import OrderInput
from grader.web.inputs.text.reader import TextInput

PAGE_INPUTS: dict[str, PageInput] = {
    "text": TextInput(),
    "number": NumberInput(),
    "choices": ChoicesInput(),
    "order": OrderInput(),
    "groups": GroupsInput(),
    "number_and_choices": NumberAndChoicesInput(),
}
