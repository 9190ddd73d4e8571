"""What a group of respondents is called: an archetype whose rule it fits, else the two answers that set it apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.encoding import code_of, levels
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.survey import Archetype, Choice, Clause, Condition, Feature, Survey
from engine.translation import Texts, closest, languages

SMALLEST_SHIFT = 0.2
"""Standard deviations; a group that is nearer to everybody's mean is not set apart by that answer."""
LONGEST_LABEL = 30
"""Characters of a choice's text; where it is longer a name takes the table's label."""

Members: TypeAlias = NDArray[np.bool_]
"""Who belongs to a group, shape (n_respondents,)."""
Answer: TypeAlias = tuple[Feature, Choice | None]
"""What may set a group apart: a question's answers on their scale, or one level of a nominal question."""


@dataclass(frozen=True)
class Segment:
    """One group of the training rows.

    Attributes
    ----------
    name, person : mapping of language to text
        For admins and reports, different for every group; for the people in it. Neither rests on the target unless
        an archetype's rule does.
    emoji : str
        Empty where no archetype fits.
    size : int
        Training rows.
    means : mapping of column to float
        Mean code of the group's rows (nominal columns are left out), the target's points included.
    claims : Condition or None
        What ``person`` says of the group's answers, where its two traits make the sentence; of an archetype its rule
        says it. None in versions that were stored before this was noted.
    """

    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    size: int
    means: Mapping[str, float]
    claims: Condition | None = None


def name_segments(survey: Survey, codes: Floats, points: Floats, members: Sequence[Members]) -> tuple[Segment, ...]:
    """Give every group a name of its own.

    Parameters
    ----------
    survey : Survey
    codes : ndarray of shape (n_respondents, n_features)
    points : ndarray of shape (n_respondents,)
        The target's points: archetypes may ask for their mean; the traits of a group never include them.
    members : sequence of Members
        One per group.
    """
    numeric = [i for i, feature in enumerate(survey.features) if feature.kind != "nominal"]
    columns = [*(survey.features[i].column for i in numeric), survey.target.column]
    table = np.column_stack([codes[:, numeric], points])
    means = [_known(columns, _mean(table[rows])) for rows in members]
    given = give_archetypes(survey.archetypes, means, _known(columns, _spread(table)))
    traits = iter(_traits(survey, codes, [rows for rows, one in zip(members, given, strict=True) if one is None]))
    segments = []
    for number, (rows, group, archetype) in enumerate(zip(members, means, given, strict=True), 1):
        named = _of_archetype(survey, archetype) if archetype else _of_traits(survey, number, next(traits))
        segments.append(Segment(named.name, named.person, named.emoji, int(np.sum(rows)), group, named.claims))
    return tuple(segments)


class _Named(NamedTuple):
    """What a group is called; see `Segment`."""

    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    claims: Condition | None


def _mean(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    mean: Floats = np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return mean


def _spread(rows: Floats) -> Floats:
    spread: Floats = np.sqrt(_mean((rows - _mean(rows)) ** 2))
    return spread


def _known(columns: Sequence[str], values: Floats) -> dict[str, float]:
    """Leave out the questions that nobody of a group answered: of those nothing can be said."""
    return {column: float(value) for column, value in zip(columns, values, strict=True) if not np.isnan(value)}


# -- archetypes ---------------------------------------------------------------------------------------------------


def give_archetypes(
    archetypes: Sequence[Archetype], means: Sequence[Mapping[str, float]], spread: Mapping[str, float]
) -> list[Archetype | None]:
    """Give each archetype to at most one group: rules in order, and of the unnamed groups that fit, the widest margin.

    Parameters
    ----------
    archetypes : sequence of Archetype
        Those of one name count as one archetype with several rules.
    means : sequence of mapping of column to float
        One per group.
    spread : mapping of column to float
        Standard deviations, which make margins of different columns comparable.

    Returns
    -------
    list of Archetype or None
        One per group; None where no rule is left for it.
    """
    given: list[Archetype | None] = [None] * len(means)
    for archetype in archetypes:
        if any(one is not None and one.name == archetype.name for one in given):
            continue
        fitting = [i for i, group in enumerate(means) if given[i] is None and archetype.when.fits(group)]
        if fitting:
            given[max(fitting, key=lambda i: _margin(archetype.when, means[i], spread))] = archetype
    return given


def _margin(when: Condition, group: Mapping[str, float], spread: Mapping[str, float]) -> float:
    def of(clause: Clause) -> float:
        return abs(group[clause.column] - float(clause.value)) / max(spread[clause.column], 1e-12)

    fitting = [clauses for clauses in when.alternatives if all(clause.fits(group) for clause in clauses)]
    return max((min(map(of, clauses), default=0.0) for clauses in fitting), default=0.0)


def _of_archetype(survey: Survey, archetype: Archetype) -> _Named:
    name = {language: archetype.name.to(language) for language in survey.languages}
    person = {language: archetype.person.to(language) for language in survey.languages}
    return _Named(name, person, archetype.emoji, None)


# -- traits -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trait:
    """One answer that a group gives more or less than everybody; ``choice`` is the level of a nominal question.

    ``mean`` is everybody's mean code.
    """

    feature: Feature
    choice: Choice | None
    higher: bool
    mean: float

    @property
    def claim(self) -> Clause:
        """What the trait says of the group's answers."""
        if self.choice is not None:
            return Clause(self.feature.column, "==", self.choice.value)
        return Clause(self.feature.column, ">" if self.higher else "<", self.mean)

    def sign(self, language: str) -> str:
        """Return the trait in the survey's own words and a sign, such as "Roast ↑" or "Region = North"."""
        name = self.feature.name.to(language)
        return f"{name} {'↑' if self.higher else '↓'}" if self.choice is None else f"{name} = {self._label(language)}"

    def words(self, language: str) -> str:
        """Return what a sentence says that people do."""
        name = self.feature.name.to(language)
        if self.choice is not None:
            return TEXTS.text("answers", language, answer=self._label(language), name=name)
        if self.feature.kind == "binary":
            return TEXTS.text("ticks" if self.higher else "leaves", language, name=name)
        return TEXTS.text("higher" if self.higher else "lower", language, name=name)

    def _label(self, language: str) -> str:
        assert self.choice is not None
        text = self.choice.text.to(language)
        return text if len(text) <= LONGEST_LABEL else self.choice.value


def _traits(survey: Survey, codes: Floats, members: Sequence[Members]) -> Iterator[tuple[Trait, ...]]:
    """Yield, per group, the two answers that set it apart most and that no group before is called by."""
    answers, table = _answers(survey, codes)
    taken: set[frozenset[Trait]] = set()
    for rows in members:
        apart = _apart(answers, table, rows)
        pairs = [pair for pair in combinations(apart, 2) if pair[0].feature.column != pair[1].feature.column]
        two = next((pair for pair in pairs if frozenset(pair) not in taken), tuple(apart[:1]))
        taken.add(frozenset(two))
        yield two


def _apart(answers: Sequence[Answer], table: Floats, rows: Members) -> list[Trait]:
    """Return what sets a group apart, the most telling first; of a nominal question only what it answers more often."""
    spread, everybody = _spread(table), _mean(table)
    shift = np.divide(_mean(table[rows]) - everybody, spread, out=np.zeros(len(answers)), where=spread > 1e-12)
    # Those who left a question out are like everybody: what a few of a group answered does not stand for it.
    shift = np.nan_to_num(shift) * np.mean(~np.isnan(table[rows]), axis=0)
    return [
        Trait(feature, choice, bool(shift[i] > 0), float(everybody[i]))
        for i in np.argsort(-np.abs(shift), kind="stable")
        for feature, choice in [answers[i]]
        if abs(shift[i]) >= SMALLEST_SHIFT and (choice is None or shift[i] > 0)
    ]


def _answers(survey: Survey, codes: Floats) -> tuple[list[Answer], Floats]:
    """Return every answer that may be a trait, and the table of them: codes, or "is this level" of a nominal one."""
    answers: list[Answer] = []
    columns = []
    for feature, column in zip(survey.features, codes.T, strict=True):
        if feature.kind != "nominal":
            answers.append((feature, None))
            columns.append(column)
            continue
        for choice in levels(feature):
            answers.append((feature, choice))
            columns.append(np.where(np.isnan(column), np.nan, column == code_of(feature, choice)))
    return answers, np.column_stack(columns)


def _of_traits(survey: Survey, number: int, traits: Sequence[Trait]) -> _Named:
    """Name a group by its number and traits, for admins in signs that need no translation."""
    signs = {language: " · ".join(trait.sign(language) for trait in traits) for language in survey.languages}
    name = {language: f"#{number}: {text}" if text else f"#{number}" for language, text in signs.items()}
    signed = {language: f'"{text}"' if text else name[language] for language, text in signs.items()}
    person = {language: _people(traits, language) or signed[language] for language in survey.languages}
    return _Named(name, person, "", Condition((tuple(trait.claim for trait in traits),)))


def _people(traits: Sequence[Trait], language: str) -> str | None:
    """Return who is in the group as a sentence, where there are words for one in the language."""
    if closest(language, ("en", *languages(LOCALES))) is None:
        return None
    if not traits:
        return TEXTS.text("much_alike", language)
    first, *second = (trait.words(language) for trait in traits)
    doing = TEXTS.text("both", language, first=first, second=second[0]) if second else first
    return TEXTS.text("people", language, doing=doing)


ENGLISH = {
    "people": "people who {doing} than most",
    "much_alike": "people who answered much as you did",
    "both": "{first} and {second}",
    "answers": 'more often answer "{answer}" to "{name}"',
    "ticks": 'more often tick "{name}"',
    "leaves": 'less often tick "{name}"',
    "higher": 'answer higher on "{name}"',
    "lower": 'answer lower on "{name}"',
}

TEXTS = Texts(LOCALES, "group", ENGLISH)
"""What a person is told of a group that is named by its traits."""
