"""What is taught, to whom, and when: exercises, courses, assignments. Knows `sim` and nothing above itself."""
