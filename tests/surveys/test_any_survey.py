"""A survey needs a definition and no code: each one here is trained, and what its people are told holds together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from engine import table
from engine.assessment import Assessment, Model
from engine.charts import impact_chart
from engine.encoding import code_of, codes_of_table, label_of, levels
from engine.evaluation import as_json
from engine.survey import Clause, load
from engine.training import Trained, train
from tests.surveys import make

PEOPLE = 8


class Example:
    """A survey, its sample and a model that learnt from it."""

    def __init__(self, name: str) -> None:
        self.survey = load(make.FOLDER / name)
        rows = table.read(self.survey, make.FOLDER / name / "sample.csv")
        self.codes = codes_of_table(self.survey, rows.answers)
        self.trained: Trained = train(self.survey, rows, repeats=1)
        self.model = Model(self.survey, self.trained.learnt, version=name, synthetic=True)

    def people(self) -> Iterator[tuple[dict[str, str], Assessment]]:
        """Yield the answers of some people, as they would give them, and what they are told."""
        for row in self.codes[:: len(self.codes) // PEOPLE]:
            labels = {
                feature.column: label_of(feature, float(code))
                for feature, code in zip(self.survey.features, row, strict=True)
            }
            answers = {column: label for column, label in labels.items() if label is not None}
            yield answers, self.model.assess(answers)


@pytest.fixture(scope="module", params=make.MAKERS)
def example(request: pytest.FixtureRequest) -> Example:
    return Example(request.param)


def test_the_sample_has_a_pattern_and_is_noisy_as_surveys_are(example: Example) -> None:
    metrics = as_json(example.trained.evaluation)

    losses = [candidate["log_loss"]["mean"] for candidate in metrics["candidates"].values()]
    saved = 1 - min(losses) / metrics["class_shares"]["log_loss"]["mean"]
    assert 0.05 < saved < 0.30
    assert example.trained.leaks == ()


def test_probabilities_are_probabilities_and_impacts_explain_the_score(example: Example) -> None:
    for _, told in example.people():
        assert list(told.probabilities) == [grade.grade for grade in example.survey.target.grades]
        assert sum(told.probabilities.values()) == pytest.approx(1)
        assert min(told.probabilities.values()) > 0
        assert told.base + sum(one.impact for one in told.impacts) == pytest.approx(told.score, abs=1e-6)


def test_every_change_that_is_offered_is_true_of_the_changed_person(example: Example) -> None:
    letters = [grade.grade for grade in example.survey.target.grades]
    for answers, told in example.people():
        for offer in told.what_if:
            again = example.model.assess({**answers, **{change.feature: change.after for change in offer.changes}})
            assert again.grade == offer.grade
            assert again.probabilities == pytest.approx(offer.probabilities)
            lifted = letters.index(offer.grade) < letters.index(told.grade)
            assert lifted or offer.probabilities[letters[0]] > told.probabilities[letters[0]]


def test_every_segment_has_a_name_of_its_own_in_every_language(example: Example) -> None:
    segments = example.trained.learnt.segmentation.segments

    for language in example.survey.languages:
        assert len({segment.name[language] for segment in segments}) == len(segments) >= 2
        assert all(segment.person[language] for segment in segments)


def test_people_are_told_of_a_segment_that_they_are_in(example: Example) -> None:
    segmentation = example.trained.learnt.segmentation
    index, _ = segmentation.place(example.codes)

    assert np.bincount(index).tolist() == [segment.size for segment in segmentation.segments]
    for _, told in example.people():
        assert told.segment.name == segmentation.segments[told.segment.index].name
        assert 0 <= told.segment.strength <= 1


def test_nobody_is_told_of_a_group_whose_rule_their_answers_plainly_break(example: Example) -> None:
    model, archetypes = example.model, {one.name.to("en"): one for one in example.survey.archetypes}
    rng = np.random.default_rng(0)
    shuffled = np.column_stack(
        [rng.permutation(column) for column in example.codes.T]
    )  # more contradictory than people

    told = [(codes, model.assess_codes(codes).segment) for codes in shuffled[:100]]

    for codes, segment in told:
        archetype = archetypes.get(segment.name["en"])
        if archetype is None or segment.contradicted:
            continue
        answers = dict(zip(example.survey.feature, codes, strict=True))
        assert any(
            all(_is_no_opposite(example, clause, answers) for clause in clauses)
            for clauses in archetype.when.alternatives
        )


def _is_no_opposite(example: Example, clause: Clause, answers: Mapping[str, float]) -> bool:
    """Whether an answer fits, is next to one that does, or is of a number: those are no matter of steps."""
    feature, code = example.survey.feature.get(clause.column), answers.get(clause.column, np.nan)
    if feature is None or np.isnan(code) or feature.kind == "number" or clause.fits({clause.column: float(code)}):
        return True
    scale = [0.0, 1.0] if feature.kind == "binary" else sorted(code_of(feature, level) for level in levels(feature))
    return code not in (scale[0], scale[-1])


def test_a_chart_is_drawn(example: Example) -> None:
    _, told = next(example.people())

    assert impact_chart(example.survey, told).png().startswith(b"\x89PNG")
