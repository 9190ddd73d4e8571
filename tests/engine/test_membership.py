"""What is said of a group never contradicts what the person answered whom it is said to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.encoding import codes_of_answers, fit_encoding, levels
from engine.grading import points_of
from engine.membership import membership
from engine.predictors import Floats
from engine.release import Release
from engine.segment_names import Segment
from engine.segmentation import Segmentation, fit_segmentation
from engine.survey import Survey, load, parse
from tests.engine.people import HOME, invented_people
from tests.surveys import make

SURVEY = load(HOME)

CLAIMS: Mapping[str, Callable[[Mapping[str, float]], bool]] = {
    "people who tend to use mobile money often and to send larger amounts": lambda a: (
        a["Freq_Use"] >= 3 and a["Weekly_Amt"] >= 3 and a["Use_Send"] == 1
    ),
    "people who tend to know their way around safety and to have a smooth time": lambda a: (
        a["Sec_Aware"] >= 1 and a["Had_Issues"] == 0
    ),
    "people who tend to use mobile money now and then and to have met a problem or two": lambda a: (
        a["Freq_Use"] <= 2 and a["Had_Issues"] == 1
    ),
    "people who tend to have found their own way with mobile money": lambda a: True,
    "people who tend to use mobile money for what suits them": lambda a: True,
}
"""What each sentence of the home survey says, in codes; who answered otherwise is not to hear it."""


@pytest.fixture(scope="module")
def groups() -> Segmentation:
    """Return the home survey's groups, one for each of its archetypes and two that are named by their traits."""
    survey, codes, y = invented_people(120, 2)
    found = fit_segmentation(survey, codes, points_of(4)[y], fit_encoding(survey.features, codes), seed=0)
    traits = [segment for segment in found.segments if segment.claims is not None][:2]
    archetypes = tuple(
        replace(found.segments[0], name={"en": one.name.to("en")}, person={"en": one.person.to("en")}, claims=None)
        for one in survey.archetypes
    )
    segments = (*archetypes, *traits)
    centres = np.random.default_rng(0).normal(size=(len(segments), found.centres.shape[1]))
    return replace(found, segments=segments, centres=centres)


PEOPLE = st.fixed_dictionaries(
    {
        feature.column: st.sampled_from(
            [0, 1] if feature.kind == "binary" else [choice.value for choice in levels(feature)]
        )
        for feature in SURVEY.features
    }
)


def coded(survey: Survey, codes: Floats) -> dict[str, float]:
    return {feature.column: float(code) for feature, code in zip(survey.features, codes, strict=True)}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=PEOPLE)
def test_nobody_hears_a_sentence_that_their_own_answers_contradict(
    groups: Segmentation, answers: dict[str, Any]
) -> None:
    codes = codes_of_answers(SURVEY, answers)

    for place in range(len(groups.segments)):  # whatever group the person were in
        alone = replace(groups, centres=groups.centres[[place]], segments=(groups.segments[place],))
        told = membership(SURVEY, alone, codes)
        if not told.contradicted and told.person["en"] in CLAIMS:
            assert CLAIMS[told.person["en"]](coded(SURVEY, codes))
        elif not told.contradicted:
            _assert_no_trait_is_contradicted(SURVEY, groups.segments[place], coded(SURVEY, codes))


@pytest.mark.parametrize(
    ("when", "answer", "contradicted"),
    [
        ("{ Cups = '>= 5' }", {"Cups": "4"}, False),
        ("{ Cups = '>= 5' }", {"Cups": "0"}, True),
        ("{ Cups = '>= 5' }", {}, False),
        ("{ Often = '>= 1.5' }", {"Often": "Weekly"}, False),
        ("{ Often = '>= 1.5' }", {"Often": "Rarely"}, True),
        ("{ With_Book = '>= 0.5' }", {"With_Book": 0}, True),
        ("{ With_Book = '>= 0.5', Often = '>= 1.5' }", {"With_Book": 1, "Often": "Rarely"}, True),
        ("[{ With_Book = '>= 0.5' }, { Often = '>= 1.5' }]", {"With_Book": 1, "Often": "Rarely"}, False),
        ("{}", {"Often": "Rarely"}, False),
    ],
)
def test_a_contradiction_is_plain_where_the_answer_is_far_from_what_makes_the_group(
    coffee_release: Release, when: str, answer: dict[str, Any], contradicted: bool
) -> None:
    definition = (make.FOLDER / "coffee" / "survey.toml").read_text(encoding="utf-8").partition("[[segment]]")[0]
    survey = parse(f'{definition}\n[[segment]]\nname = "G"\nperson = "people"\nwhen = {when}')
    found = coffee_release.model.learnt.segmentation
    means = {"Cups": 6.0, "Often": 2.0, "With_Book": 1.0}
    group = Segment({"en": "G"}, {"en": "people"}, "", 9, means)
    alone = replace(found, centres=found.centres[:1], segments=(group,))
    codes = codes_of_answers(survey, {"Often": "Daily", "Brew": "Filter", "Milk": "No", **answer})

    assert membership(survey, alone, codes).contradicted is contradicted


def test_a_group_is_told_in_the_surveys_words_of_now() -> None:
    survey, codes, y = invented_people(120, 2)
    found = fit_segmentation(survey, codes, points_of(4)[y], fit_encoding(survey.features, codes), seed=0)
    archetype = survey.archetypes[-1]
    old = replace(found.segments[0], name={"en": archetype.name.to("en")}, person={"en": "as it was said once"})

    told = membership(survey, replace(found, centres=found.centres[:1], segments=(old,)), codes[0])

    assert told.person == {language: archetype.person.to(language) for language in survey.languages}


def test_of_a_group_stored_before_its_traits_were_noted_nothing_is_said() -> None:
    survey, codes, y = invented_people(120, 2)
    found = fit_segmentation(survey, codes, points_of(4)[y], fit_encoding(survey.features, codes), seed=0)
    old = replace(found.segments[0], name={"en": "#1: Trust ↑"}, claims=None)

    assert membership(survey, replace(found, centres=found.centres[:1], segments=(old,)), codes[0]).contradicted


def test_every_sentence_of_the_home_survey_is_among_those_that_are_tested() -> None:
    assert {one.person.to("en") for one in SURVEY.archetypes} == set(CLAIMS)


def _assert_no_trait_is_contradicted(survey: Survey, segment: Segment, answers: Mapping[str, float]) -> None:
    """Read the sentence itself: who "answers higher than most" is not at the bottom of the scale."""
    for way, name in re.findall(r'answer (higher|lower) on "([^"]+)"', segment.person["en"]):
        feature = next(one for one in survey.features if one.name.to("en") == name)
        scale = sorted(choice.code for choice in feature.question.choices if choice.code is not None)
        assert answers[feature.column] != scale[0 if way == "higher" else -1]
    for way, name in re.findall(r'(more|less) often tick "([^"]+)"', segment.person["en"]):
        feature = next(one for one in survey.features if one.name.to("en") == name)
        assert answers[feature.column] == (way == "more")
