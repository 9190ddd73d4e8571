"""What an evaluation found is said plainly, whichever way it went."""

from __future__ import annotations

from typing import Any

import pytest

from engine import evaluation, findings
from tests.engine.people import invented_people


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    survey, codes, y = invented_people(104, seed=4)
    return evaluation.as_json(evaluation.fit_and_evaluate(survey.features, codes, y, 4, repeats=1, seed=0)[1])


def test_the_leaky_figure_stands_beside_the_honest_one(metrics: dict[str, Any]) -> None:
    lines = findings.metrics_table(metrics).splitlines()

    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        "class shares (baseline)",
        "logistic regression",
        "logistic regression smote",
        "random forest",
        "random forest smote",
        "**whole procedure, grade rule**",
        "whole procedure, likeliest grade",
        "*leaky protocol (do not use)*",
    ]


@pytest.mark.parametrize(
    ("smote", "said"),
    [((0.9, 0.9), "SMOTE did not help"), ((0.7, 0.9), "SMOTE did not win"), ((0.3, 0.9), "best here")],
)
def test_what_smote_did_is_said_whatever_it_was(smote: tuple[float, float], said: str) -> None:
    names = ("logistic_regression", "logistic_regression_smote", "random_forest", "random_forest_smote")
    losses = (0.8, smote[0], 0.6, smote[1])
    candidates = {name: {"log_loss": {"mean": loss}} for name, loss in zip(names, losses, strict=True)}

    words = findings.smote_words({"candidates": candidates})

    assert said in words
    assert "never chosen" in words


def test_where_smote_was_not_tried_nothing_is_said_of_it() -> None:
    assert findings.smote_words({"candidates": {"logistic_regression": {"log_loss": {"mean": 0.8}}}}) == ""


@pytest.mark.parametrize(
    ("high", "said"), [(0.01, "the interval includes 0"), (-0.01, "the class shares alone do better")]
)
def test_no_signal_is_said_as_it_is(high: float, said: str) -> None:
    gain = {"mean": -0.02, "low": -0.05, "high": high}

    words = findings.verdict({"gain": gain, "class_shares": {"log_loss": {"mean": 0.9}}, "signal": False})

    assert words.startswith("No significant signal found")
    assert words.endswith(f"{said}.")


def test_every_stage_of_calibration_and_every_answer_has_its_number(metrics: dict[str, Any]) -> None:
    said = findings.findings(metrics)

    assert all(f"{error:.3f} {findings.STAGES[stage]}" in said for stage, error in metrics["calibration"].items())
    assert all(f"| {one['feature']} | {one['permutation']['mean']:+.4f}" in said for one in metrics["importances"])
