"""From the text of an exercise to its questions, its probes, its revision. Knows the kinds of question (formats) and the rows (models)."""
