from tests.people import school

__all__ = ["school"]
