"""How a report writes its numbers: one way for each kind, on pages and in pictures."""

from __future__ import annotations

from math import isnan

from engine.reporting.charts import Scale
from engine.reporting.parts import Cell, Column

NONE = "–"
"""Where there is no value."""
_SMALLEST_P = 0.001


def count(value: float) -> str:
    """Return a count: ``1,204``."""
    return f"{value:,.0f}"


def number(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals and a true minus: ``−0.30``; what rounds to nothing has no sign."""
    rounded = round(value, digits) + 0.0  # -0.0 becomes 0.0
    return f"{rounded:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """Return a number with its sign: ``+0.30``."""
    written = number(value, digits)
    return f"+{written}" if round(value, digits) > 0 else written


def plain(value: float) -> str:
    """Return an answer that is a number, with no more decimals than it has, two at most: ``35``, ``2.5``."""
    return number(value).rstrip("0").rstrip(".")


def share(value: float, digits: int = 0) -> str:
    """Return a part of a whole: ``12%``; what rounds to nothing has no sign."""
    written = f"{value:.{digits}%}"
    return (written if written.strip("-0.%") else written.lstrip("-")).replace("-", "−")


def p_value(value: float) -> str:
    """Return a p-value: ``0.034``, or ``< 0.001``."""
    return f"< {_SMALLEST_P}" if value < _SMALLEST_P else f"{value:.3f}"


def interval(low: float, high: float, scale: Scale = "number", digits: int = 2) -> str:
    """Return the two ends of an interval, in every language alike: ``0.41 – 0.62``."""
    return f"{on_scale(low, scale, digits)} – {on_scale(high, scale, digits)}"


def on_scale(value: float, scale: Scale, digits: int = 2) -> str:
    """Return a value as an axis of this scale writes it."""
    return {"number": lambda: number(value, digits), "share": lambda: share(value), "count": lambda: count(value)}[
        scale
    ]()


def written(value: Cell, column: Column) -> str:
    """Return a table's value as people read it."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return NONE
    if isinstance(value, str) or column.format == "text":
        return str(value)
    if column.format == "count":
        return count(value)
    if column.format == "share":
        return share(value, max(column.digits - 2, 0))
    if column.format == "p":
        return p_value(value)
    return signed(value, column.digits) if column.format == "signed" else number(value, column.digits)
