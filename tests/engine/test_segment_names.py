"""Every group has a name of its own: an archetype that fits, else the answers that set it apart."""

from __future__ import annotations

import numpy as np
import pytest

from engine import survey
from engine.segment_names import Members, Segment, give_archetypes, name_segments
from engine.survey import ALWAYS, Archetype, Clause, Condition, Survey, Text

QUESTIONS = """
id = "plants"
languages = ["en", "fr"]
title = { en = "Plants" }

[about]
organisation = "the Gardeners"

[[question]]
id = "Garden"
kind = "single"
scale = "nominal"
name = { en = "Garden", fr = "Jardin" }
text = { en = "Where do your plants live?" }
choices = [
    { value = "Balcony", text = { en = "Balcony", fr = "Balcon" } },
    { value = "Field", text = { en = "In a field that I share with others", fr = "Champ" } },
    { value = "Window", text = { en = "Window", fr = "Fenêtre" } },
]

[[question]]
id = "Water"
kind = "single"
scale = "ordinal"
name = { en = "Watering", fr = "Arrosage" }
text = { en = "How often do you water them?" }
choices = [{ value = "Seldom", code = 0 }, { value = "Often", code = 1 }]

[[question]]
id = "Grows"
kind = "multi"
text = { en = "What do you grow?" }
choices = [
    { column = "Grows_Herbs", name = { en = "Herbs", fr = "Herbes" } },
    { column = "Grows_Roses", name = { en = "Roses", fr = "Roses" } },
]

[target]
column = "Happy"
text = { en = "Are you happy with them?" }
grades = [{ grade = "A", value = "Yes" }, { grade = "B", value = "No" }]
"""
PLANTS = survey.parse(QUESTIONS)
BALCONY, FIELD, WINDOW = 0, 1, 2


def groups(*codes: list[float], definition: Survey = PLANTS, points: list[float] | None = None) -> tuple[Segment, ...]:
    """Return the segments of groups of ten people each, all of a group having answered the same."""
    rows = np.repeat(np.array(codes, dtype=float), 10, axis=0)
    members: list[Members] = [np.arange(len(rows)) // 10 == i for i in range(len(codes))]
    return name_segments(definition, rows, np.repeat(points or [0.0] * len(codes), 10), members)


def archetype(name: str, *clauses: Clause) -> Archetype:
    """Return an archetype with these clauses; none: it always fits."""
    text = Text({"en": name}, "en")
    return Archetype(text, text, "", Condition((clauses,)) if clauses else ALWAYS)


def names(given: list[Archetype | None]) -> list[str | None]:
    return [one.name.to("en") if one else None for one in given]


def test_rules_are_tried_in_order_and_the_widest_margin_wins() -> None:
    often, rest = archetype("often", Clause("use", ">=", 3)), archetype("rest")

    given = give_archetypes([often, rest], [{"use": 3.1}, {"use": 3.9}, {"use": 1.0}], {"use": 1.0})

    assert names(given) == ["rest", "often", None]


def test_two_rules_of_one_name_name_one_group() -> None:
    often, seldom = archetype("keen", Clause("use", ">=", 3)), archetype("keen", Clause("use", "<=", 1))

    given = give_archetypes([often, seldom], [{"use": 3.9}, {"use": 0.1}], {"use": 1.0})

    assert names(given) == ["keen", None]


def test_a_group_is_called_by_the_two_answers_that_set_it_apart_in_every_language() -> None:
    first, second, *_ = groups([BALCONY, 0, 0, 0], [WINDOW, 0, 1, 0], [BALCONY, 1, 0, 0], [BALCONY, 1, 0, 0])

    assert second.name == {"en": "#2: Garden = Window · Herbs ↑", "fr": "#2: Jardin = Fenêtre · Herbes ↑"}
    assert (
        second.person["en"] == 'people who more often answer "Window" to "Garden" and more often tick "Herbs" than most'
    )
    assert second.person["fr"] == '"Jardin = Fenêtre · Herbes ↑"'
    assert first.name["en"] == "#1: Watering ↓ · Garden = Balcony"
    assert first.person["en"].startswith('people who answer lower on "Watering" and ')


def test_a_long_choice_is_called_by_its_label_in_the_table() -> None:
    _, field = groups([BALCONY, 0, 0, 0], [FIELD, 0, 0, 0])

    assert field.name == {"en": "#2: Garden = Field", "fr": "#2: Jardin = Champ"}


def test_groups_with_the_same_traits_are_called_by_other_pairs() -> None:
    found = groups([FIELD, 1, 1, 0], [FIELD, 1, 1, 0], [BALCONY, 0, 0, 0], [BALCONY, 0, 0, 0], [WINDOW, 0, 0, 0])

    traits = [segment.name["en"].split(": ")[1] for segment in found[:2]]
    assert len(set(traits)) == 2


def test_a_name_never_rests_on_the_target_or_on_what_everybody_answered() -> None:
    found = groups([BALCONY, 1, 0, 0], [BALCONY, 1, 0, 1], points=[0.0, 1.0])

    assert [segment.name["en"] for segment in found] == ["#1: Roses ↓", "#2: Roses ↑"]
    assert [segment.means["Happy"] for segment in found] == [0.0, 1.0]


def test_a_group_that_nothing_sets_apart_has_its_number() -> None:
    (everybody,) = groups([BALCONY, 1, 0, 0])

    assert everybody.name == {"en": "#1", "fr": "#1"}
    assert everybody.person["en"] == "people who answered much as you did"


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_question_that_nobody_answered_is_no_trait(missing: int) -> None:
    one, other = [BALCONY, 0.0, 0.0, 0.0], [WINDOW, 1.0, 1.0, 1.0]
    one[missing] = other[missing] = float("nan")

    found = groups(one, other)

    assert PLANTS.features[missing].name.to("en") not in found[1].name["en"]
    assert PLANTS.features[missing].column not in found[1].means


def test_what_few_of_a_group_answered_sets_it_apart_less() -> None:
    rows = np.zeros((40, 4))
    rows[:20, 1], rows[20:, 1] = np.nan, 0.0
    rows[0, 1] = 1.0
    rows[:15, 2] = 1.0

    first, _ = name_segments(PLANTS, rows, np.zeros(40), [np.arange(40) < 20, np.arange(40) >= 20])

    assert first.name["en"] == "#1: Herbs ↑ · Watering ↑"
