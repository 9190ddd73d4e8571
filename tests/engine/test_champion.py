"""The champion: which rows it knew, and its recipe refitted on these alone."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import champion, registry, table
from engine.encoding import classes_of_labels, codes_of_table
from engine.prediction import stratified_folds
from engine.predictors import Floats, Ints
from engine.survey import load
from tests.engine.people import HOME, invented_people, write_people

SURVEY = load(HOME)


def coded(path: Path) -> tuple[Floats, Ints]:
    read = table.read(SURVEY, path)
    assert read.target is not None
    return codes_of_table(SURVEY, read.answers), classes_of_labels(SURVEY, read.target)


rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=12)


@given(rows, rows)
def test_rows_are_matched_as_multisets(own: list[tuple[int, int]], mine: list[tuple[int, int]]) -> None:
    known = champion.matched(np.array(own).reshape(-1, 2), np.array(mine).reshape(-1, 2))

    assert Counter(row for row, knew in zip(mine, known, strict=True) if knew) == Counter(own) & Counter(mine)


def test_a_corrected_answer_is_new_and_an_erased_person_is_gone(trained: Path, tmp_path: Path) -> None:
    codes, y = coded(write_people(tmp_path / "people.csv"))
    codes[0, 0] = (codes[0, 0] + 1) % 5

    found = champion.find(SURVEY, trained, codes[:-1], y[:-1])

    assert np.flatnonzero(~found.known).tolist() == [0]
    assert (found.gone, found.comparable, found.synthetic) == (2, True, False)


def test_missing_answers_are_content_too() -> None:
    own = champion.content(np.array([[np.nan, 1.0]]), np.array([0]))

    assert champion.matched(own, own).tolist() == [True]


def test_without_its_rows_nobody_can_say_what_it_knew(trained: Path, tmp_path: Path) -> None:
    versions = Path(shutil.copytree(trained, tmp_path / "versions"))
    identity = registry.active_version(versions)
    assert identity is not None
    (versions / identity / "rows.csv").unlink()

    found = champion.find(SURVEY, versions, *coded(write_people(tmp_path / "people.csv")))

    assert found.version is not None
    assert (int(found.known.sum()), found.comparable) == (0, False)


def test_one_that_is_refused_is_none_and_says_why(trained: Path, tmp_path: Path) -> None:
    versions = Path(shutil.copytree(trained, tmp_path / "versions"))
    identity = registry.active_version(versions)
    assert identity is not None
    (versions / identity / "model.joblib").write_bytes(b"")

    found = champion.find(SURVEY, versions, *coded(write_people(tmp_path / "people.csv")))

    assert (found.id, found.version, found.synthetic, found.comparable) == (identity, None, None, False)
    assert "model.joblib is damaged" in found.refused


@pytest.fixture(scope="module")
def people() -> tuple[Floats, Ints, Ints]:
    """Return codes, classes and a deal over the five outer folds of 80 people."""
    _, codes, y = invented_people(80, seed=3)
    return codes, y, stratified_folds(y, 5, np.random.default_rng(0))


def test_what_it_did_not_know_changes_nothing_that_it_says(people: tuple[Floats, Ints, Ints]) -> None:
    codes, y, deal = people
    known = np.arange(80) % 2 == 0
    lied_to = np.where(known, y, 3 - y)

    honest, other = (
        champion.refitted(SURVEY.features, codes, labels, 4, known, [deal], seed=0) for labels in (y, lied_to)
    )

    assert np.array_equal(honest.probabilities, other.probabilities)
    assert np.isfinite(honest.probabilities).all()


def test_a_held_out_persons_own_label_changes_nothing_that_it_says_of_them(people: tuple[Floats, Ints, Ints]) -> None:
    codes, y, deal = people
    first_fold = deal == 0
    knew_everybody = np.ones(80, dtype=bool)

    honest, other = (
        champion.refitted(SURVEY.features, codes, labels, 4, knew_everybody, [deal], seed=0)
        for labels in (y, np.where(first_fold, 3 - y, y))
    )

    assert np.array_equal(honest.probabilities[0, first_fold], other.probabilities[0, first_fold])
