"""A new version takes the active one's place by itself only where that is no step back."""

from __future__ import annotations

from typing import Any

import pytest

from engine.succession import objection


def manifest(log_loss: float, *, synthetic: bool = False) -> dict[str, Any]:
    """Return what is compared of a version whose gain has a standard error of 0.01."""
    return {
        "data": {"synthetic": synthetic},
        "metrics": {
            "nested": {"log_loss": {"mean": log_loss}},
            "class_shares": {"log_loss": {"mean": 1.0}},
            "gain": {"low": 0.0, "high": 0.0392},
        },
    }


@pytest.mark.parametrize(
    ("active", "new"),
    [
        pytest.param(None, manifest(2.0), id="there is none yet"),
        pytest.param(manifest(0.90), manifest(0.85), id="it is better"),
        pytest.param(manifest(0.90), manifest(0.905), id="it is worse by less than a standard error"),
        pytest.param(manifest(0.50, synthetic=True), manifest(0.9), id="real rows replace invented ones"),
        pytest.param({"data": {"synthetic": False}}, manifest(0.9), id="the active one says nothing of its worth"),
    ],
)
def test_a_new_version_may_replace_the_active_one(active: dict[str, Any] | None, new: dict[str, Any]) -> None:
    assert objection(active, new) is None


@pytest.mark.parametrize(
    ("active", "new", "why"),
    [
        (manifest(0.90), manifest(0.92), "it keeps 92.0% of the class shares' log-loss, the active one 90.0%"),
        (manifest(0.90), manifest(0.5, synthetic=True), "the active version learnt from real answers"),
    ],
)
def test_a_worse_or_invented_version_stays_back_and_says_why(
    active: dict[str, Any], new: dict[str, Any], why: str
) -> None:
    assert why in (objection(active, new) or "")
