"""Groups are found where they are, everybody is placed, and every group has a name of its own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from engine import segmentation, survey
from engine.encoding import fit_encoding
from engine.predictors import Floats, Ints
from engine.survey import ALWAYS, Archetype, Clause, Condition, Text
from tests.engine.people import HOME, invented_people


def planted(groups: int, each: int = 60) -> tuple[Floats, Ints]:
    """Return codes of clearly different groups and who belongs where."""
    rng = np.random.default_rng(0)
    _, codes, _ = invented_people(groups * each, seed=1)
    member = np.repeat(np.arange(groups), each)
    pattern = rng.integers(0, 2, (groups, 19))
    codes[:, 5:] = pattern[member][:, 5:]
    noisy = rng.random(codes[:, 5:].shape) < 0.05
    codes[:, 5:] = np.where(noisy, 1 - codes[:, 5:], codes[:, 5:])
    return codes, member


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_planted_groups_are_found(groups: int) -> None:
    home = survey.load(HOME)
    codes, member = planted(groups)
    encoding = fit_encoding(home.features, codes)

    found = segmentation.fit_segmentation(home, codes, np.full(len(codes), 2.0), encoding, seed=0)

    index, strength = found.place(codes)
    assert len(found.segments) == groups
    assert adjusted_rand_score(member, index) > 0.95
    assert [segment.size for segment in found.segments] == np.bincount(index).tolist()
    assert ((strength >= 0) & (strength <= 1)).all()


def test_every_group_has_a_distinct_name_even_where_the_rules_run_out() -> None:
    home = survey.load(HOME)
    codes, _ = planted(5)

    found = segmentation.fit_segmentation(home, codes, np.zeros(len(codes)), fit_encoding(home.features, codes), seed=0)

    names = [segment.name["en"] for segment in found.segments]
    assert len(set(names)) == len(names)
    assert "Moderate Users" in names, "the rule without conditions goes to one group only"
    assert any("↑" in name or "↓" in name for name in names)


def archetype(name: str, *clauses: Clause) -> Archetype:
    """Return an archetype with these clauses; none: it always fits."""
    text = Text({"en": name}, "en")
    return Archetype(text, text, "", Condition((clauses,)) if clauses else ALWAYS)


def test_rules_are_tried_in_order_and_the_widest_margin_wins() -> None:
    often = archetype("often", Clause("use", ">=", 3))
    rest = archetype("rest")
    groups = [{"use": 3.1}, {"use": 3.9}, {"use": 1.0}]

    given = segmentation.give_archetypes([often, rest], groups, {"use": 1.0})

    assert [one.name.to("en") if one else None for one in given] == ["rest", "often", None]


def test_people_who_all_answered_the_same_are_one_group() -> None:
    home = survey.load(HOME)
    codes = np.tile(invented_people(1, seed=0)[1], (40, 1))

    found = segmentation.fit_segmentation(home, codes, np.zeros(40), fit_encoding(home.features, codes), seed=0)

    assert [segment.size for segment in found.segments] == [40]
    assert found.place(codes)[1].tolist() == [1.0] * 40


def test_the_target_names_a_group_but_never_moves_anybody() -> None:
    home = survey.load(HOME)
    codes, _ = planted(2)
    encoding = fit_encoding(home.features, codes)

    low = segmentation.fit_segmentation(home, codes, np.zeros(len(codes)), encoding, seed=0)
    high = segmentation.fit_segmentation(home, codes, np.full(len(codes), 3.0), encoding, seed=0)

    assert np.array_equal(low.place(codes)[0], high.place(codes)[0])
    assert "Enthusiastic Recommenders" in {segment.name["en"] for segment in high.segments}
    assert "Enthusiastic Recommenders" not in {segment.name["en"] for segment in low.segments}
