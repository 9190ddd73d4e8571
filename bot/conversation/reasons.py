"""The reasons behind a result: how each answer moved it, how sure it is, and what the model is."""

from __future__ import annotations

from bot.conversation import layout
from bot.conversation.telling import Telling
from engine.assessment import Impact

_IMPACTS = 20
"""Impacts told one by one: what a phone shows without much scrolling."""


def details_text(told: Telling, note: str | None = None) -> str:
    """Return every answer's share in the score, how sure that is, and what the model is and is not."""
    assessment = told.assessment
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
    ending = layout.paragraphs(
        _how_sure(told),
        layout.sentences(told.phrase("details_model"), told.decides_nothing),
        told.phrase("details_version", version=assessment.model_version),
    )
    title = layout.paragraphs(note, told.phrase("details_title"), told.demonstration, scale)
    room = layout.MESSAGE_LENGTH - layout.length(layout.paragraphs(title, ending)) - len("\n\n")
    return layout.clip(layout.paragraphs(title, layout.clip("\n".join(lines), max(room, 1)), ending))


def _how_sure(told: Telling) -> str:
    """Say what the guess is worth, by the numbers of the model's card; of invented people they would say nothing."""
    sure = told.phrase("details_sure", best=told.answer(told.best.grade), chance=told.chance(told.best.grade))
    trial = told.assessment.trial
    if trial is None or told.assessment.synthetic:
        return sure
    shares = {
        name: f"{100 * share:.0f}"
        for name, share in (
            ("right", trial.right),
            ("low", trial.low),
            ("high", trial.high),
            ("without", trial.without_answers),
        )
    }
    if trial.calibrated:
        chances = told.phrase("details_calibrated")
    else:
        chances = told.phrase("details_off", points=f"{100 * trial.off:.0f}")
    return layout.sentences(sure, told.phrase("details_tested", people=trial.people, **shares), chances)


def _impact(told: Telling, impact: Impact) -> str:
    amount = "0.00" if abs(impact.impact) < 0.005 else f"{impact.impact:+.2f}".replace("-", "−")
    return told.phrase(
        "impact",
        impact=amount,
        name=told.name(impact.feature),
        answer=told.cell(impact.feature, impact.answer),
    )
