"""Whether a new version may take the place of the active one by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEVIATES = 1.96
"""Standard errors between the mean and either end of a 95 % interval."""


def objection(active: Mapping[str, Any] | None, new: Mapping[str, Any]) -> str | None:
    """Say why a new version must not replace the active one by itself; None: it may.

    Real rows always replace invented ones and never the other way round. Otherwise the share of the baseline's log-loss
    that is left must not have grown by more than one standard error of the new gain.

    Parameters
    ----------
    active, new : manifest
        See `engine.registry`; None where no version is active, or none that could serve.
    """
    if active is None:
        return None
    if active["data"]["synthetic"] != new["data"]["synthetic"]:
        invented_before = active["data"]["synthetic"]
        return None if invented_before else "the active version learnt from real answers, this one from invented ones"
    try:
        before = _log_loss_left(active["metrics"])
    except (KeyError, TypeError, ZeroDivisionError):
        return None  # an active version that says nothing of its worth must not keep out one that does
    after, gain = _log_loss_left(new["metrics"]), new["metrics"]["gain"]
    slack = (gain["high"] - gain["low"]) / (2 * _DEVIATES) / new["metrics"]["class_shares"]["log_loss"]["mean"]
    if after > before + slack:
        return f"it keeps {after:.1%} of the class shares' log-loss, the active one {before:.1%}"
    return None


def _log_loss_left(metrics: Mapping[str, Any]) -> float:
    return float(metrics["nested"]["log_loss"]["mean"] / metrics["class_shares"]["log_loss"]["mean"])
