"""The kinds of question. A new kind is one file here and one line in this table."""

from exercises.formats.alive import Alive
from exercises.formats.collect import Collect
from exercises.formats.count import Count
from exercises.formats.dies import Dies
from exercises.formats.format import Format, Mark, Program
from exercises.formats.holders import Holders
from exercises.formats.order import Order
from exercises.formats.prints import Prints
from exercises.formats.question import Answer, AnswerError, ExerciseError, Option, Question
from exercises.formats.same import Same

FORMATS: dict[str, Format] = {form.name: form for form in [Prints(), Count(), Dies(), Alive(), Collect(), Order(), Same(), Holders()]}

__all__ = ["FORMATS", "Answer", "AnswerError", "ExerciseError", "Format", "Mark", "Option", "Program", "Question"]
