"""The reasons behind a result: how each answer moved it, and which changed answers would."""

from __future__ import annotations

from bot.conversation import layout
from bot.conversation.telling import Telling
from engine.assessment import Assessment, Impact, WhatIf
from engine.survey import Survey

_WHAT_IFS = 3
_IMPACTS = 20
"""Impacts told one by one: what a phone shows without much scrolling."""


def what_if_text(survey: Survey, assessment: Assessment, language: str) -> str:
    """Return which changed answers would move the guess, or that none would."""
    told = Telling(survey, assessment, language)
    title = layout.paragraphs(
        told.phrase("what_if_title"), told.phrase("demonstration") if assessment.synthetic else None
    )
    if not assessment.what_if:
        return layout.paragraphs(title, told.phrase("what_if_nothing"))
    lifting = [what_if for what_if in assessment.what_if if _lifts(told, what_if)]
    blocks = [_outcome(told, what_if) for what_if in (lifting or assessment.what_if)[:_WHAT_IFS]]
    lead = None if lifting else _no_lift(told)
    return layout.clip(layout.paragraphs(title, lead, *blocks, told.phrase("what_if_caution")))


def details_text(survey: Survey, assessment: Assessment, language: str) -> str:
    """Return every answer's share in the score, and what the model is and is not."""
    told = Telling(survey, assessment, language)
    scale = told.phrase(
        "details_scale",
        worst=told.answer(told.worst.grade),
        best=told.answer(told.best.grade),
        top=told.best.points,
        base=f"{assessment.base:.2f}",
        score=f"{assessment.score:.2f}",
    )
    lines = [_impact(told, impact) for impact in assessment.impacts[:_IMPACTS]]
    if len(assessment.impacts) > _IMPACTS:
        lines.append(told.phrase("smaller_impacts", count=len(assessment.impacts) - _IMPACTS))
    chance = told.chance(told.best.grade)
    text = layout.paragraphs(
        told.phrase("details_title"),
        told.phrase("demonstration") if assessment.synthetic else None,
        scale,
        "\n".join(lines),
        told.phrase("details_sure", best=told.answer(told.best.grade), chance=chance),
        told.phrase("details_model"),
        told.phrase("details_version", version=assessment.model_version),
    )
    return layout.clip(text)


def _lifts(told: Telling, what_if: WhatIf) -> bool:
    return told.grade(what_if.grade).points > told.grade(told.assessment.grade).points


def _no_lift(told: Telling) -> str:
    if told.assessment.grade == told.best.grade:
        return told.phrase("what_if_at_top", grade=told.best.grade)
    return told.phrase("what_if_no_lift")


def _outcome(told: Telling, what_if: WhatIf) -> str:
    changes = [
        told.phrase(
            "changed",
            name=told.name(change.feature),
            after=told.cell(change.feature, change.after),
            before=told.cell(change.feature, change.before),
        )
        for change in what_if.changes
    ]
    best, before, after = told.best.grade, told.assessment.grade, what_if.grade
    chances = {
        "best": told.answer(best),
        "chance": told.chance(best, what_if.probabilities),
        "now": told.chance(best),
    }
    if after == before:
        outcome = told.phrase("what_if_chance", **chances)
    else:
        outcome = told.phrase("what_if_outcome", grade=after, grade_now=before, **chances)
    return "\n".join((told.phrase("what_if_lead"), layout.bullets(changes), outcome))


def _impact(told: Telling, impact: Impact) -> str:
    amount = "0.00" if abs(impact.impact) < 0.005 else f"{impact.impact:+.2f}".replace("-", "−")
    return told.phrase(
        "impact",
        impact=amount,
        name=told.name(impact.feature),
        answer=told.cell(impact.feature, impact.answer),
    )
