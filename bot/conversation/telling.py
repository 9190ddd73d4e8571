"""One assessment and the words for its parts: grades, chances, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.texts import phrase
from bot.conversation.wording import cell_words
from engine.assessment import Assessment
from engine.survey import Grade, Survey

_EVEN = 0.4
_CHANCES = ((0.85, "very_likely"), (0.6, "likely"), (_EVEN, "about_even"), (0.15, "rather_unlikely"))
"""From which chance on it is called what; below all of them it is unlikely."""


def percentages(probabilities: Mapping[str, float]) -> dict[str, int]:
    """Return whole percentages that add up to 100: by largest remainder, since rounding each may miss it by some.

    A chance below half a per cent is never raised to 1, so that 0 means less than one and 100 more than 99.
    """
    percents = {letter: int(100 * probability) for letter, probability in probabilities.items()}
    raisable = [letter for letter, probability in probabilities.items() if probability >= 0.005]
    raisable.sort(key=lambda letter: percents[letter] - 100 * probabilities[letter])
    for letter in raisable[: 100 - sum(percents.values())]:
        percents[letter] += 1
    return percents


@dataclass(frozen=True, slots=True)
class Telling:
    """An assessment to be told in one language."""

    survey: Survey
    assessment: Assessment
    language: str

    def phrase(self, name: str, /, **values: object) -> str:
        """Return one of the bot's phrases."""
        return phrase(name, self.language, **values)

    @property
    def best(self) -> Grade:
        """The target's best grade."""
        return self.survey.target.grades[0]

    @property
    def worst(self) -> Grade:
        """The target's worst grade."""
        return self.survey.target.grades[-1]

    @property
    def ends(self) -> dict[str, str]:
        """The ends of the target's scale, by letter."""
        return {"first": self.best.grade, "last": self.worst.grade}

    @property
    def demonstration(self) -> str | None:
        """What every message about a guess says whose model learnt from invented rows."""
        return self.phrase("demonstration") if self.assessment.synthetic else None

    @property
    def question(self) -> str:
        """What is predicted, as it was asked."""
        return self.survey.target.text.to(self.language)

    def grade(self, letter: str) -> Grade:
        """Return a grade by its letter."""
        return self.survey.target.by_letter[letter]

    def answer(self, letter: str) -> str:
        """Return the answer to the target that a grade stands for."""
        return self.grade(letter).text.to(self.language)

    def stated(self, stated: str) -> str:
        """Return the person's own answer to the target (the table's label) in words."""
        grade = self.survey.target.find(stated)
        return grade.text.to(self.language) if grade else stated

    def chance(self, letter: str, probabilities: Mapping[str, float] | None = None) -> str:
        """Return one grade's chance, the person's own unless others are given; it never claims certainty."""
        percent = percentages(probabilities or self.assessment.probabilities)[letter]
        if percent == 100:
            return self.phrase("nearly_certain")
        return f"{percent}%" if percent else self.phrase("nearly_impossible")

    def chance_words(self, grade: str) -> str:
        """Return a grade's probability in words; what is guessed is called the likeliest, not unlikely."""
        probability = self.assessment.probabilities[grade]
        if grade == self.assessment.most_likely and probability < _EVEN:
            return self.phrase("likeliest_yet_unsure")
        names = (name for least, name in _CHANCES if probability >= least)
        return self.phrase(next(names, "unlikely"))

    def name(self, column: str) -> str:
        """Return a feature's short name."""
        return self.survey.feature[column].name.to(self.language)

    def cell(self, column: str, cell: str | None) -> str:
        """Return a feature's answer in words."""
        return cell_words(self.survey.feature[column], cell, self.language)

    @property
    def decides_nothing(self) -> str:
        """What the guess has no say in, by name where the survey names it."""
        named = self.survey.about.never_decides
        if named is None:
            return self.phrase("decides_nothing")
        return self.phrase("decides_nothing_either", more=named.to(self.language))

    @property
    def people(self) -> str:
        """Who is in this person's segment."""
        texts = self.assessment.segment.person
        return texts.get(self.language) or next(iter(texts.values()))
