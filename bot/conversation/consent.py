"""Consent: what answers are used for, each use apart, and the exact words in which a person agreed or refused."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from bot.conversation import layout
from bot.conversation.effects import Consent, Decision
from bot.conversation.texts import phrase
from engine.survey import Survey

Use: TypeAlias = Literal["result", "statistics", "training"]
RESULT: Use = "result"
STATISTICS: Use = "statistics"
TRAINING: Use = "training"

USES: tuple[Use, ...] = (RESULT, STATISTICS, TRAINING)
REFUSABLE: tuple[Use, ...] = (STATISTICS, TRAINING)
"""Uses that nobody needs to allow for a result, which is what taking part is for."""

_NAMES: dict[Use, str] = {
    "result": "use_result",
    "statistics": "use_statistics",
    "training": "use_training",
}
_REFUSE: dict[Use, str] = {"statistics": "refuse_statistics", "training": "refuse_training"}
_ALLOW: dict[Use, str] = {"statistics": "allow_statistics", "training": "allow_training"}


def use_words(use: Use, language: str) -> str:
    """Return what a use is, in a line."""
    return phrase(_NAMES[use], language)


def terms(survey: Survey, language: str) -> str:
    """Return what the person agrees to: who asks, what is kept, what is never asked for, and what answers are for."""
    about = survey.about
    promises = " ".join(
        (
            phrase("asked_by", language, organisation=about.organisation.to(language)),
            about.consent.to(language) if about.consent else phrase("consent", language),
            phrase("never_asks_either", language, more=about.never_asks.to(language))
            if about.never_asks
            else phrase("never_asks", language),
        )
    )
    uses = (phrase("uses", language), layout.bullets([use_words(use, language) for use in USES]))
    return layout.paragraphs(promises, "\n".join((*uses, phrase("may_refuse", language))))


def agree_label(survey: Survey, language: str, *, training: bool = True) -> str:
    """Return what the button says that agrees to all uses, or to all but training; it takes the age along."""
    min_age = survey.about.min_age
    if training:
        return phrase("agree_of_age" if min_age else "agree", language, age=min_age)
    return phrase("agree_of_age_without_training" if min_age else "agree_without_training", language, age=min_age)


def agreed(survey: Survey, language: str, before: Collection[str] | None, *, training: bool = True) -> Consent:
    """Return what is noted down of somebody who agrees to take part.

    Parameters
    ----------
    survey : Survey
    language : str
        In which the terms were shown.
    before : collection of str or None
        The uses refused until now; None where nothing was ever agreed to.
    training : bool, default True
        Whether to that, too.
    """
    allowed = {use: training or use != TRAINING for use in USES}
    label = agree_label(survey, language, training=training)
    words = layout.paragraphs(terms(survey, language), phrase("how_to_agree", language), f"[{label}]")
    return Consent({use: _decision(use, allows, before) for use, allows in allowed.items()}, words, language)


def change_label(use: Use, language: str, *, allow: bool) -> str:
    """Return what the button says that allows a use, or no longer does."""
    return phrase((_ALLOW if allow else _REFUSE)[use], language)


def changed(use: Use, language: str, before: Collection[str], *, allow: bool) -> Consent:
    """Return what is noted down of somebody who allows a use from now on, or no longer does."""
    words = layout.paragraphs(use_words(use, language), f"[{change_label(use, language, allow=allow)}]")
    return Consent({use: _decision(use, allow, before)}, words, language)


def _decision(use: Use, allows: bool, before: Collection[str] | None) -> Decision:
    if allows:
        return "given"
    return "refused" if before is None or use in before else "withdrawn"
