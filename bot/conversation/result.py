"""A result as messages: its text, its buttons, the picture's caption, and what is said without one."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from bot.conversation import layout
from bot.conversation.callbacks import Action, Callback
from bot.conversation.effects import Button, Keyboard
from bot.conversation.reasons import details_text, what_if_text
from bot.conversation.telling import Telling
from bot.conversation.texts import phrase
from engine.assessment import Assessment
from engine.survey import Survey

View: TypeAlias = Literal["result", "what_if", "details"]

_SUGGESTIONS = 3


class Rendered(NamedTuple):
    """A message about a result, with its buttons."""

    text: str
    keyboard: Keyboard


def render(view: View, survey: Survey, assessment: Assessment, stated: str | None, language: str, run: str) -> Rendered:
    """Return one view of a result; ``stated`` is the person's own answer to the target (the table's label)."""
    if view == "what_if":
        text = what_if_text(survey, assessment, language)
    elif view == "details":
        text = details_text(survey, assessment, language)
    else:
        text = result_text(survey, assessment, stated, language)
    return Rendered(text, result_keyboard(run, language, shown=view))


def result_keyboard(run: str, language: str, shown: View = "result") -> Keyboard:
    """Return the buttons below a result: the views not shown yet, and a new start."""
    buttons = {"what_if": Action.WHAT_IF, "details": Action.DETAILS, "start_again": Action.RESTART}
    return tuple(
        (Button(phrase(name, language), Callback.on_result(run, action).render()),)
        for name, action in buttons.items()
        if name != shown
    )


def result_text(survey: Survey, assessment: Assessment, stated: str | None, language: str) -> str:
    """Return the result, complete without the picture; its first line tells a lock screen nothing."""
    told = Telling(survey, assessment, language)
    essence = layout.paragraphs(
        told.phrase("result_ready"),
        told.phrase("demonstration") if assessment.synthetic else None,
        "\n".join((_opening(told, stated), _own_chance(told))),
        _grade(told),
        _every_chance(told),
        None if assessment.informative else told.phrase("uninformative"),
        _never_seen(told),
        told.phrase("segment", people=told.people),
    )
    ending = told.phrase("decides_nothing")
    room = layout.MESSAGE_LENGTH - layout.length(layout.paragraphs(essence, ending))
    return layout.clip(layout.paragraphs(essence, _suggestions(told, room), ending))


def caption(survey: Survey, assessment: Assessment, language: str) -> str:
    """Return the picture's caption, which stands alone where the picture is passed on."""
    told = Telling(survey, assessment, language)
    guess = told.phrase(
        "caption_guess",
        grade=assessment.grade,
        **told.scale,
        question=survey.target.text.to(language),
        chance=told.chance(told.best.grade),
    )
    demonstration = told.phrase("demonstration") if assessment.synthetic else None
    text = layout.paragraphs(told.phrase("caption"), demonstration, guess)
    return layout.clip(text, layout.CAPTION_LENGTH)


def pending_text(language: str) -> str:
    """Return what is said while the answers are stored and a usable model is still awaited."""
    return phrase("result_follows", language)


def no_result_text(language: str) -> str:
    """Return what is said where answers are only collected, so that no result will follow."""
    return phrase("no_result", language)


def _opening(told: Telling, stated: str | None) -> str:
    likeliest = told.grade(told.assessment.most_likely)
    guess = told.answer(likeliest.grade)
    if stated is None:
        return told.phrase("guess_only", guess=guess)
    name = "stated_same" if stated == likeliest.value else "stated_other"
    return told.phrase(name, stated=told.stated(stated), guess=guess)


def _own_chance(told: Telling) -> str:
    return told.phrase(
        "chance",
        best=told.answer(told.best.grade),
        chance=told.chance(told.best.grade),
        words=told.chance_words(told.assessment.probabilities[told.best.grade]),
    )


def _grade(told: Telling) -> str:
    """Say what the grade means: where the person stands beside others, which need not be the likeliest answer."""
    return told.phrase(
        "grade",
        grade=told.assessment.grade,
        **told.scale,
        question=told.survey.target.text.to(told.language),
    )


def _never_seen(told: Telling) -> str | None:
    """Say which of the answers nobody gave before: there the guess rests on the scale, not on people."""
    columns = told.assessment.unseen
    if not columns:
        return None
    answers = [f"{told.name(column)}: {told.cell(column, told.assessment.answers[column])}" for column in columns]
    return told.phrase("never_seen", answers="; ".join(answers))


def _every_chance(told: Telling) -> str:
    lines = [
        told.phrase("grade_chance", grade=letter, answer=told.answer(letter), chance=told.chance(letter))
        for letter in told.assessment.probabilities
    ]
    return "\n".join((told.phrase("every_chance"), *lines))


def _suggestions(told: Telling, room: int) -> str | None:
    """Return what is worth suggesting to the person, as far as there is room."""
    suggestions = (told.survey.suggestions[advice.index] for advice in told.assessment.suggestions)
    texts = [
        " ".join(part for part in (item.text.to(told.language), item.url, item.phone) if part)
        for item in suggestions
        if item.by == "person"
    ]
    kept: list[str] = []
    for text in texts[:_SUGGESTIONS]:
        block = layout.paragraphs(told.phrase("suggestions"), layout.bullets([*kept, text]))
        if layout.length(block) + 2 <= room:
            kept.append(text)
    return "\n".join((told.phrase("suggestions"), layout.bullets(kept))) if kept else None
