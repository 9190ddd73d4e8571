"""Taps: what a button asks for, and what becomes of taps that come late, twice or forged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation import moves, offers
from bot.conversation.callbacks import MAX_BYTES, Action, Callback
from bot.conversation.consent import REFUSABLE
from bot.conversation.path import locate, ticks
from bot.conversation.screens import current_card
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, show, show_changed
from bot.conversation.texts import phrase
from bot.conversation.trying import decode, stamp
from engine.survey import Question, Survey


def tapped(context: Context, session: Session, data: str) -> Step:
    """Do what a tap asks for, if the open card offers it just now.

    That single condition keeps every late, reordered or forged tap from changing anything. A tap on the open
    card that this card no longer offers, and the same tap once more, are impatience: they are passed over. A
    tap on an older card is answered by the open one at the bottom of the chat, and so is one on a card under
    which the survey changed: its buttons may stand for something else by now.
    """
    data = data[:MAX_BYTES]
    tap = Callback.parse(data)
    if data == session.last_tap:
        return Step(session)
    if tap is not None and tap.is_on(session) and _changed_under(context.survey, session, tap):
        step = show_changed(context.survey, session)
    elif tap is not None and (more := _more(context.survey, session, tap)) is not None:
        step = more
    elif tap is not None and current_card(context.survey, session).offers(data):
        step = perform(context, session, tap)
    elif tap is not None and (tap.is_on(session) or _on_finished_card(tap, session)):
        return Step(session)
    else:
        elsewhere = replace(session, card_is_last=False)
        step = show(context.survey, elsewhere, phrase("old_button", session.language))
    return replace(step, session=replace(step.session, last_tap=data)) if step.session else step


def _changed_under(survey: Survey, session: Session, tap: Callback) -> bool:
    """Whether the open card offered something else when it was drawn, or a way back to a question that is gone."""
    if not offers.stands(survey, session):
        return True
    back = session.phase in ("asking", "label") and tap == Callback.on_card(session, Action.BACK)
    return back and not current_card(survey, session).offers(tap.render())


def _on_finished_card(tap: Callback, session: Session) -> bool:
    """Whether it was tapped on the last question's card, whose first tap has brought the result on its way."""
    return session.phase == "finished" and tap.is_on(replace(session, card=session.card - 1))


def _more(survey: Survey, session: Session, tap: Callback) -> Step | None:
    """Tell what a tap asks about the result, from wherever the button stands; None where that is not what it asks.

    Nothing of it changes an answer: what is tried out is carried by the button, and noted down nowhere.
    """
    below_result = session.phase == "finished" and session.aside not in ("delete", "language")
    if tap.action not in _VIEWS or tap != Callback.on_result(session.run, tap.action, tap.argument, tap.revision):
        return None
    trying = decode(survey, tap.argument)
    if not below_result or trying is None or (trying.picking is None) == (tap.action is Action.PICK):
        return None
    if tap.argument and tap.revision != stamp(survey):
        return show_changed(survey, session)
    return moves.tell_more(session, _VIEWS[tap.action], trying)


def tapped_by_nobody(context: Context, fresh: Session, data: str) -> Step:
    """Answer the tap of somebody unknown by the welcome; an impatient second "erase everything" by nothing."""
    tap = Callback.parse(data)
    if tap is not None and tap.action is Action.FORGET:
        return Step(None)
    return tapped(context, fresh, data)


def perform(context: Context, session: Session, tap: Callback) -> Step:
    """Do what a button of the open card asks for."""
    return _MOVES[tap.action](context, session, tap.argument)


def _question(context: Context, session: Session) -> Question:
    question = locate(context.survey, session).current
    if question is None:
        raise LookupError(f"run {session.run}: no question is open")
    return question


def _choose(context: Context, session: Session, argument: str) -> Step:
    question = _question(context, session)
    return moves.answer(context, session, question, question.choices[int(argument)].value)


def _tick(context: Context, session: Session, argument: str, *, on: bool) -> Step:
    if session.doubts and f"{Action.TICK}:{argument}" in session.doubts[0]:  # the card asks back about this box
        return moves.mean(context, session, _question(context, session), int(argument))
    return moves.tick(context, session, _question(context, session), int(argument), on=on)


def _done(context: Context, session: Session) -> Step:
    question = _question(context, session)
    return moves.answer(context, session, question, ticks(question, session))


def _keep(context: Context, session: Session) -> Step:
    return show(context.survey, replace(session, aside=None), phrase("unchanged", session.language))


_VIEWS: Mapping[Action, str] = {
    Action.WHAT_IF: "what_if",
    Action.PICK: "answers",
    Action.TRY: "outcome",
    Action.DETAILS: "details",
    Action.WORDS: "words",
    Action.SHARE: "share",
}
"""What buttons below a result show; a label that is typed instead leads there by `_MOVES`."""


def _change(context: Context, session: Session, argument: str, *, allow: bool) -> Step:
    use = next(use for use in REFUSABLE if use == argument)
    return moves.change_use(context, session, use, allow=allow)


_MOVES: Mapping[Action, Callable[[Context, Session, str], Step]] = {
    Action.AGREE: lambda context, session, _: moves.agree(context, session),
    Action.AGREE_WITHOUT_TRAINING: lambda context, session, _: moves.agree(context, session, training=False),
    Action.CHOOSE: _choose,
    Action.TICK: lambda context, session, place: _tick(context, session, place, on=True),
    Action.UNTICK: lambda context, session, place: _tick(context, session, place, on=False),
    Action.NONE: lambda context, session, _: _done(context, session),
    Action.DONE: lambda context, session, _: _done(context, session),
    Action.STATE: lambda context, session, place: moves.state(
        context, session, context.survey.target.grades[int(place)]
    ),
    Action.SKIP: lambda context, session, _: moves.skip(context, session),
    Action.BACK: lambda context, session, _: moves.back(context, session),
    Action.RESTART: lambda context, session, _: moves.restart(context, session),
    Action.SPEAK: moves.speak,
    Action.FORGET: lambda _, session, __: moves.forget(session),
    Action.KEEP: lambda context, session, _: _keep(context, session),
    Action.NO_REMINDERS: lambda context, session, _: moves.leave_alone(context, session),
    Action.WHAT_IF: lambda _, session, __: moves.tell_more(session, "what_if"),
    Action.DETAILS: lambda _, session, __: moves.tell_more(session, "details"),
    Action.SHARE: lambda _, session, __: moves.tell_more(session, "share"),
    Action.ALLOW: lambda context, session, use: _change(context, session, use, allow=True),
    Action.REFUSE: lambda context, session, use: _change(context, session, use, allow=False),
    Action.CLOSE: lambda context, session, _: show(context.survey, replace(session, aside=None)),
    Action.OTHER: lambda context, session, _: moves.ask_back(context, session),
    Action.REVIEW: lambda context, session, _: moves.review(context, session),
    Action.EDIT: lambda context, session, place: moves.edit(context, session, int(place)),
    Action.GO_ON: lambda context, session, _: moves.go_on(context, session),
}
