"""What a change does is what the very same model says of the changed answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import prediction
from engine.changes import Changes, probabilities_after
from tests.engine.people import invented_people

CANDIDATES = [candidate.name for candidate in prediction.CANDIDATES]


@pytest.fixture(scope="module")
def fitted() -> dict[str, prediction.Fitted]:
    survey, codes, y = invented_people(150, seed=2)
    return prediction.fit_candidates(survey.features, codes, y, 4, seed=0, plan=prediction.plan_for(300))


@pytest.mark.parametrize("name", CANDIDATES)
@settings(max_examples=25)
@given(person=st.integers(0, 149), other=st.integers(0, 149), unanswered=st.integers(0, 18))
def test_changes_alone_and_in_pairs_are_scored_by_the_very_model(
    fitted: dict[str, prediction.Fitted], name: str, person: int, other: int, unanswered: int
) -> None:
    _, codes, _ = invented_people(150, seed=2)
    own, theirs = codes[person].copy(), codes[other]
    own[unanswered] = np.nan
    one, every = fitted[name], np.arange(19)
    first, second = np.triu_indices(19, 1)
    changes = Changes(
        every, theirs, np.concatenate([every, first]), np.concatenate([np.full(19, -1), second]).astype(np.intp)
    )

    found = probabilities_after(one.predictor, one.encoding, own, changes)

    changed = np.tile(own, (len(found), 1))
    for row, i, j in zip(changed, changes.first, changes.second, strict=True):
        row[i] = theirs[i]
        row[j if j >= 0 else i] = theirs[j if j >= 0 else i]
    assert np.allclose(found, one.probabilities(changed), atol=1e-12)


def test_without_a_change_there_is_nothing_to_score(fitted: dict[str, prediction.Fitted]) -> None:
    _, codes, _ = invented_people(150, seed=2)
    none = np.empty(0, dtype=np.intp)

    for one in fitted.values():
        changes = Changes(none, none.astype(float), none, none)
        assert probabilities_after(one.predictor, one.encoding, codes[0], changes).shape == (0, 4)
