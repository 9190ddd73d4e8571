"""The gate: enough labels, no worse in log-loss by more than chance, no grade recognised less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import gate
from engine.gate import Difference, Recall
from engine.metrics import Estimate, Predictions
from engine.predictors import Floats, Ints

HALF = Estimate(0.5, 0.3, 0.7)
NO_WORSE = Difference(0.004, -0.006, 0.014, 0.005)
WORSE = Difference(0.006, -0.004, 0.016, 0.005)


def recall(**verdicts: gate.Verdict) -> dict[str, Recall]:
    return {grade: Recall(30, HALF, HALF, verdict) for grade, verdict in verdicts.items()}


def says(sure: Floats, y: Ints, grade: Ints | None = None) -> Predictions:
    """Return predictions of two classes that give the stated one the chance ``sure``, and everybody ``grade``."""
    chances = np.column_stack([np.where(y == 0, sure, 1 - sure), np.where(y == 1, sure, 1 - sure)])
    return Predictions(chances[None], (chances.argmax(axis=1) if grade is None else grade)[None])


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        pytest.param({"A": 45, "B": 5}, [], id="enough"),
        pytest.param({"A": 44, "B": 5}, ["1 more labelled answer is needed: there are 49 of 50."], id="one too few"),
        pytest.param(
            {"A": 96, "B": 4},
            ["At least 2 grades need 5 labelled answers each; so far this holds for A."],
            id="hardly any but A",
        ),
        pytest.param(
            {"A": 0, "B": 0},
            [
                "50 more labelled answers are needed: there are 0 of 50.",
                "At least 2 grades need 5 labelled answers each; so far this holds for none.",
            ],
            id="none at all",
        ),
    ],
)
def test_what_is_missing_is_said_in_numbers(counts: dict[str, int], said: list[str]) -> None:
    assert list(gate.shortfall(counts)) == said


@given(st.integers(0, 2**32 - 1))
def test_the_difference_is_paired_by_respondent(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, sure = rng.integers(0, 2, 60), rng.uniform(0.2, 0.8, 60)

    found = gate.difference(says(sure, y), says(sure * np.exp(-0.01), y), y, seed=0)

    # the losses differ a lot between people, and by the very same 0.01 between the models
    assert (found.mean, found.low, found.high) == pytest.approx((0.01, 0.01, 0.01))
    assert found.standard_error == pytest.approx(0, abs=1e-12)


def test_the_standard_error_is_that_of_the_mean_of_the_pairs() -> None:
    y = np.zeros(4, dtype=np.intp)
    before, after = np.full(4, 0.5), np.array([0.5, 0.5, 0.25, 0.25])

    found = gate.difference(says(before, y), says(after, y), y, seed=0)

    assert found.mean == pytest.approx(np.log(2) / 2)
    assert found.standard_error == pytest.approx(np.std([0, 0, np.log(2), np.log(2)], ddof=1) / 2)


@pytest.mark.parametrize(
    ("found", "recalls", "tells", "decision"),
    [
        pytest.param(NO_WORSE, recall(A="no difference seen"), True, "promote", id="worse by less than an error"),
        pytest.param(WORSE, recall(A="better"), True, "ask", id="worse by more than an error"),
        pytest.param(NO_WORSE, recall(A="better", B="worse"), True, "ask", id="a grade is recognised less"),
        pytest.param(NO_WORSE, recall(A="worse", B="better"), False, "promote", id="the champion recognised nobody"),
        pytest.param(NO_WORSE, recall(A="cannot tell"), True, "promote", id="too few of a grade to judge"),
        pytest.param(Difference(0, 0, 0, 0), recall(), True, "promote", id="both say the same"),
    ],
)
def test_the_decision(found: Difference, recalls: dict[str, Recall], tells: bool, decision: str) -> None:
    assert gate.judge(found, recalls, champion_tells=tells)[0] == decision


def test_whoever_has_to_choose_is_told_why() -> None:
    _, reasons = gate.judge(WORSE, recall(B="worse"), champion_tells=True)

    assert reasons == [
        "On people that neither model had seen, the new one errs more (log-loss differs by +0.006; "
        "95 % interval -0.004 to +0.016, below 0 is better).",
        "That is worse by more than chance easily explains, so the choice is yours.",
        "It recognises fewer of those with grade B, so the choice is yours.",
    ]


@pytest.mark.parametrize(
    ("of_second", "lost", "verdict"),
    [(20, 10, "worse"), (20, 0, "no difference seen"), (19, 19, "cannot tell"), (20, 1, "no difference seen")],
)
def test_recall_is_judged_for_grades_of_twenty_rows(of_second: int, lost: int, verdict: str) -> None:
    y = np.repeat([0, 1], [30, of_second])
    before, after = y.copy(), y.copy()
    after[30 : 30 + lost] = 0
    sure = np.full(len(y), 0.6)

    found = gate.recalls(says(sure, y, before), says(sure, y, after), y, ["A", "B"], seed=0)

    assert (found["A"].verdict, found["B"].verdict) == ("no difference seen", verdict)
    assert found["B"].challenger is not None
    assert found["B"].challenger.mean == pytest.approx(1 - lost / of_second)


def test_a_recall_of_all_has_an_interval_that_does_not_claim_certainty() -> None:
    y = np.zeros(20, dtype=np.intp)

    found = gate.recalls(None, says(np.full(20, 0.9), y), y, ["A", "B"], seed=0)

    assert found["A"].challenger is not None
    assert (found["A"].challenger.mean, round(found["A"].challenger.low, 2)) == (1.0, 0.84)
    assert found["B"] == Recall(0, None, None, "cannot tell")


def test_grades_of_few_people_are_named_as_not_judged() -> None:
    few = {"A": Recall(71, HALF, HALF, "better"), "C": Recall(7, HALF, HALF, "cannot tell")}

    assert gate.unjudged_words(few).startswith("Fewer than 20 people stated C (7):")
    assert gate.unjudged_words({"A": few["A"]}) == ""
