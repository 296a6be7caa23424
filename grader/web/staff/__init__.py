"""Pages of instructors and assistants."""
