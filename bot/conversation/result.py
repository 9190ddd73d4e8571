"""A result as messages: its text, its buttons, the picture's caption, and what is said without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation import layout
from bot.conversation.callbacks import Action, Callback
from bot.conversation.cards import Card
from bot.conversation.effects import Button, Keyboard
from bot.conversation.reasons import details_text
from bot.conversation.telling import Telling
from bot.conversation.texts import phrase
from bot.conversation.trying import AS_ANSWERED, Trying
from bot.conversation.what_if import what_if_card
from engine.assessment import Assessment, Comparison, WhatIf
from engine.survey import Suggestion, Survey

_SUGGESTIONS = 3
_LONGEST_QUESTION = 60
"""Units of a question's text; where it is longer, a comparison calls it by its short name."""
_ROWS: Sequence[Sequence[tuple[str, Action]]] = (
    (("what_if", Action.WHAT_IF),),
    (("details", Action.DETAILS), ("share", Action.SHARE)),
    (("start_again", Action.RESTART),),
)
"""The buttons below a result, each by the view that it leads to and the phrase that names it."""


def render(
    view: str,
    survey: Survey,
    assessment: Assessment,
    stated: str | None,
    language: str,
    run: str,
    *,
    trying: Trying = AS_ANSWERED,
    tried: WhatIf | None = None,
    anew: bool = False,
) -> Card:
    """Return one view of a result.

    Parameters
    ----------
    view : {"result", "words", "details", "what_if", "answers", "outcome"}
        "words" are those of the result with the buttons that hang on its picture at first; the last three are cards of
        `bot.conversation.what_if`.
    survey : Survey
    assessment : Assessment
    stated : str or None
        The person's own answer to the target (the table's label).
    language, run : str
    trying, tried
        See `bot.conversation.what_if.what_if_card`.
    anew : bool, default False
        Whether the model that told the result is gone, so that this is another's guess.
    """
    told = Telling(survey, assessment, language)
    note = told.phrase("worked_out_anew") if anew else None
    if view == "details":
        return Card(details_text(told, note), result_keyboard(run, language, shown="details"))
    if view in ("result", "words"):
        buttons = result_keyboard(run, language) if view == "words" else ()
        return Card(result_text(told, stated, note), (*_links(_offered(told)), *buttons))
    return what_if_card(view, told, run, trying, tried, note)


def result_keyboard(run: str, language: str, shown: str = "result") -> Keyboard:
    """Return the buttons below a result: the views not shown yet, and a new start."""
    rows = (
        tuple(
            Button(phrase(name, language), Callback.on_result(run, action).render())
            for name, action in row
            if name != shown
        )
        for row in _ROWS
    )
    return tuple(row for row in rows if row)


def result_text(told: Telling, stated: str | None, note: str | None = None) -> str:
    """Return the result, complete without the picture; its first line tells a lock screen nothing."""
    essence = layout.paragraphs(
        told.phrase("result_ready"),
        note,
        told.demonstration,
        "\n".join((_opening(told, stated), _own_chance(told), _every_chance(told))),
        _compared(told),
        _grade(told),
        None if told.assessment.informative else told.phrase("uninformative"),
        _never_seen(told),
        _segment(told),
    )
    room = layout.MESSAGE_LENGTH - layout.length(layout.paragraphs(essence, told.decides_nothing))
    return layout.clip(layout.paragraphs(essence, _suggestions(told, room), told.decides_nothing))


def caption(survey: Survey, assessment: Assessment, language: str) -> str:
    """Return the picture's caption, which stands alone where the picture is passed on."""
    told = Telling(survey, assessment, language)
    best = told.answer(told.best.grade)
    guess = told.phrase(
        "caption_guess", grade=assessment.grade, **told.ends, best=best, chance=told.chance(told.best.grade)
    )
    lead = layout.paragraphs(told.phrase("caption"), told.demonstration)
    room = layout.CAPTION_LENGTH - layout.length(layout.paragraphs(lead, guess)) - len("\n")
    question = layout.clip(told.question, room) if room > 0 else ""
    return layout.clip(layout.paragraphs(lead, f"{question}\n{guess}"), layout.CAPTION_LENGTH)


def share_text(survey: Survey, link: str, language: str) -> str:
    """Return what is passed on to others, with the link: the survey's own words, where it has any."""
    share = survey.about.share
    words = share.to(language) if share else phrase("share_invitation", language, title=survey.title.to(language))
    room = layout.CAPTION_LENGTH - layout.length(link) - len("\n")
    return f"{layout.clip(words, room)}\n{link}"


def pending_text(language: str) -> str:
    """Return what is said while the answers are stored and a usable model is still awaited."""
    return phrase("result_follows", language)


def no_result_text(language: str) -> str:
    """Return what is said where answers are only collected, so that no result will follow."""
    return phrase("no_result", language)


def no_link_text(language: str) -> str:
    """Return what is said where the bot does not know its own link."""
    return phrase("share_no_link", language)


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
        words=told.chance_words(told.best.grade),
    )


def _every_chance(told: Telling) -> str:
    chances = (
        told.phrase("grade_chance", answer=told.answer(letter), chance=told.chance(letter))
        for letter in told.assessment.probabilities
    )
    return told.phrase("every_chance", chances=" · ".join(chances))


def _compared(told: Telling) -> str | None:
    """Say what others said who answered like the person: counted, never the model's guess."""
    compared = told.assessment.comparison
    if compared is None:
        return None
    counts = {"people": compared.people, "count": compared.best, "best": told.answer(told.best.grade)}
    feature = told.survey.feature[compared.feature]
    if feature.kind == "binary":
        name = "compared_ticked" if compared.answer == "1" else "compared_unticked"
        return told.phrase(name, **counts, name=told.name(compared.feature))
    return told.phrase(
        "compared", **counts, answer=told.cell(compared.feature, compared.answer), question=_asked(told, compared)
    )


def _asked(told: Telling, compared: Comparison) -> str:
    text = told.survey.feature[compared.feature].question.text.to(told.language)
    return text if layout.length(text) <= _LONGEST_QUESTION else told.name(compared.feature)


def _grade(told: Telling) -> str:
    """Say what the grade means: where the person stands beside others, which need not be the likeliest answer."""
    return told.phrase(
        "grade",
        grade=told.assessment.grade,
        **told.ends,
        best=told.answer(told.best.grade),
        question=told.question,
    )


def _never_seen(told: Telling) -> str | None:
    """Say which of the answers nobody gave before: there the guess rests on the scale, not on people."""
    columns = told.assessment.unseen
    if not columns:
        return None
    given = ((told.name(column), told.cell(column, told.assessment.answers[column])) for column in columns)
    answers = [told.phrase("named_answer", name=name, answer=answer) for name, answer in given]
    return told.phrase("never_seen", answers="; ".join(answers))


def _segment(told: Telling) -> str:
    """Say whom the person's answers are like; nothing that they themselves said otherwise."""
    if told.assessment.segment.contradicted:
        return told.phrase("segment_mixed")
    return told.phrase("segment", people=told.people)


def _offered(told: Telling) -> list[Suggestion]:
    """Return what is worth suggesting to the person."""
    suggestions = (told.survey.suggestions[advice.index] for advice in told.assessment.suggestions)
    return [item for item in suggestions if item.by == "person"][:_SUGGESTIONS]


def _suggestions(told: Telling, room: int) -> str | None:
    """Return the suggestions, as far as there is room; a phone makes the numbers in them tappable by itself."""
    kept: list[str] = []
    for item in _offered(told):
        text = layout.sentences(item.text.to(told.language), item.phone)
        block = layout.paragraphs(told.phrase("suggestions"), layout.bullets([*kept, text]))
        if layout.length(block) + 2 <= room:
            kept.append(text)
    return "\n".join((told.phrase("suggestions"), layout.bullets(kept))) if kept else None


def _links(offered: Sequence[Suggestion]) -> Iterator[tuple[Button, ...]]:
    """Yield a button for each link, named by where it leads; no channel takes a button that would call somebody."""
    for item in offered:
        if item.url is not None:
            site = item.url.partition("://")[2].partition("/")[0].removeprefix("www.")
            yield (Button(layout.shorten(f"↗ {site}", layout.LABEL_WIDTH), url=item.url),)
