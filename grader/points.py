"""Scores are kept as fractions of 1; points are what a fraction is worth today, so that changed points rescale by themselves."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
GRAIN = Decimal("0.00000001")  # what a stored fraction is rounded to: fine enough for any number of points
NOTHING = Decimal(0)


def as_fraction(value: float | Decimal) -> Decimal:
    return Decimal(value).quantize(GRAIN, ROUND_HALF_UP)


def points_of(fraction: float | Decimal, worth: Decimal) -> Decimal:
    return (Decimal(fraction) * worth).quantize(CENT, ROUND_HALF_UP)


def sign_of(fraction: Decimal) -> str:
    if fraction >= 1:
        return "good"
    return "part" if fraction > 0 else "bad"
