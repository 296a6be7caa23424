"""Facts about a version that only the compiler asks for, so that they need no place in every Profile."""

from __future__ import annotations

from sim.profiles import Profile


def cleans_docstrings(profile: Profile) -> bool:
    """3.13+ takes the indentation out of docstrings (gh-81283)."""
    return profile.version not in ("3.11", "3.12")


def iterates_twice(profile: Profile) -> bool:
    """3.13.1 and later patch releases ask for the iterator again where the loop of a comprehension starts (gh-125038)."""
    return profile.version == "3.13"


def iterates_late(profile: Profile) -> bool:
    """3.15 makes the iterator of an inlined comprehension after saving the locals it shares."""
    return profile.version == "3.15"


def tests_at_bottom(profile: Profile) -> bool:
    """Up to 3.13 a while loop's condition is compiled twice, before the body and after it."""
    return not profile.folds_in_flow


def lending_has_first_faults(profile: Profile) -> bool:
    """3.14's search for loads to lend has two faults, mended in 3.15: see borrowing.py."""
    return profile.version == "3.14"
