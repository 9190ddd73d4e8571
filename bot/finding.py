"""Findings: what somebody found out about one condition, to be told once when it begins and once when it is over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found out about one condition.

    Attributes
    ----------
    kind : str
        Which condition; what is true of one machine only has its name within.
    trouble : str or None
        What to tell the owners while the condition holds; None where it does not.
    relief : str or None
        What to tell them once it is over, if anything.
    """

    kind: str
    trouble: str | None
    relief: str | None
