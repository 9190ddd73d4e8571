"""The moves of a conversation: what an answer, a step back, a stop or a new start make of a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.conversation import carrying, consent, offers, path
from bot.conversation.consent import REFUSABLE, TRAINING, Use
from bot.conversation.effects import Assess, Effect, Forget, Receipt, Say, Store
from bot.conversation.session import Answer, Session
from bot.conversation.step import Context, Step, freeze, redraw, show
from bot.conversation.texts import phrase
from bot.conversation.trying import AS_ANSWERED, Trying
from engine.survey import Grade, Question


def agree(context: Context, session: Session, *, training: bool = True) -> Step:
    """Note down the consent, to all uses or to all but training, and ask the first question."""
    noted = consent.agreed(context.survey, session.language, session.refused, training=training)
    refused = () if training else (TRAINING,)
    step = _begin(context, replace(session, consented_at=context.now.isoformat(), refused=refused))
    return replace(step, effects=(noted, *step.effects))


def change_use(context: Context, session: Session, use: Use, *, allow: bool) -> Step:
    """Allow a use of the answers from now on, or no longer; everything else stays as it is.

    The buttons name the wanted state, and stay valid: of two quick taps on both uses neither is lost.
    """
    before = session.refused or ()
    noted = consent.changed(use, session.language, before, allow=allow)
    refused = tuple(each for each in REFUSABLE if (not allow if each == use else each in before))
    words = phrase("use_changed", session.language)
    step = redraw(context.survey, replace(session, refused=refused), words)
    return replace(step, effects=(noted, *step.effects))


def answer(context: Context, session: Session, question: Question, given: Answer) -> Step:
    """Note down an answer and go on."""
    return _go_on(context, carrying.noted(session, question, given))


def tick(context: Context, session: Session, question: Question, place: int, *, on: bool) -> Step:
    """Tick or untick one box of the open question."""
    column = question.options[place].column
    ticked = {*session.ticked, column} if on else {*session.ticked} - {column}
    in_order = tuple(option.column for option in question.options if option.column in ticked)
    elsewhere = tuple(other for other in session.ticked if other not in question.columns)
    return redraw(context.survey, replace(session, ticked=(*in_order, *elsewhere)))


def ticking(session: Session, columns: Iterable[str]) -> Session:
    """Tick boxes, beside those that are ticked already."""
    return replace(session, ticked=(*session.ticked, *(column for column in columns if column not in session.ticked)))


def ask_back(context: Context, session: Session, doubts: tuple[tuple[str, ...], ...] = ()) -> Step:
    """Ask back what a text may have meant, one part of it after the other; without any, ask the question again."""
    return show(context.survey, replace(session, doubts=doubts, misses=0))


def mean(context: Context, session: Session, question: Question, place: int) -> Step:
    """Take a box for one that was meant, ask back what else is in doubt, and then take the list for the answer."""
    session = ticking(session, [question.options[place].column])
    if session.doubts[1:]:
        return ask_back(context, session, session.doubts[1:])
    return answer(context, session, question, path.ticks(question, session))


def review(context: Context, session: Session) -> Step:
    """Show the answers given so far; each leads back to its question."""
    if session.phase not in ("asking", "label") or not path.answered(context.survey, session):
        return show(context.survey, session, phrase("nothing_to_review", session.language))
    here = path.locate(context.survey, replace(session, at=None)).current
    return _return_to_review(context, replace(session, review=here.id if here else ""))


def edit(context: Context, session: Session, place: int) -> Step:
    """Go back to the question at a place of the path, and from there to the review."""
    question = path.walk(context.survey, session.answers)[place]
    opened = _open(replace(session, phase="asking", at=question.id, aside=None, doubts=(), misses=0), question)
    return show(context.survey, opened)


def go_on(context: Context, session: Session) -> Step:
    """Leave the review for where it began."""
    return _go_on(context, replace(session, review=None))


def state(context: Context, session: Session, grade: Grade | None) -> Step:
    """Finish, with the person's own answer to the target or (None) without it."""
    survey, language = context.survey, session.language
    words = survey.about.thanks.to(language) if survey.about.thanks else phrase("thanks", language)
    if grade is not None:
        words = f"{phrase('stated', language, answer=grade.text.to(language))}\n\n{words}"
    done = _await_message(replace(_settled(session), phase="finished", stated=grade.value if grade else None))
    return Step(done, (*freeze(session, words), _store(context, done, "complete"), Assess(done.run, card=done.card)))


def tell_more(session: Session, view: str, trying: Trying = AS_ANSWERED) -> Step:
    """Tell more about the result: in place where its words stand last, else at the bottom, where the buttons move."""
    picture = view == "share"
    in_place = session.card_is_last and not picture
    session = replace(session, aside=None)
    told = session if in_place else replace(_await_message(session), card_is_last=not picture)
    more = Assess(told.run, view, told.card, in_place, trying.changes, trying.picking)
    return Step(told, (more,) if in_place else (*freeze(session), more))


def skip(context: Context, session: Session) -> Step:
    """Leave out the open question, or the person's own answer to the target."""
    question = path.locate(context.survey, session).current
    return answer(context, session, question, None) if question else state(context, session, None)


def back(context: Context, session: Session) -> Step:
    """Return to the question before, where its answer still stands; at the first question, stay.

    Who came from the review returns there, and from the review to where it began.
    """
    survey = context.survey
    if path.is_reviewing(survey, session):
        return go_on(context, session)
    position = path.locate(survey, session)
    if session.review is not None and session.at is not None and path.ending(survey, session.answers) is None:
        return _return_to_review(context, session)
    question, session = position.previous, replace(session, doubts=())
    if question is not None:
        settled = replace(_settled(session), review=session.review)
        session = _open(replace(settled, phase="asking", at=question.id), question)
    return show(survey, session)


def speak(context: Context, session: Session, language: str) -> Step:
    """Change the language of the chat."""
    return show(context.survey, replace(session, language=language, language_chosen=True, aside=None))


def leave_alone(context: Context, session: Session) -> Step:
    """Note down that the person wants no reminders, in this run and every later one."""
    aside = None if session.aside == "reminded" else session.aside
    quiet = replace(session, no_reminders=True, aside=aside)
    return show(context.survey, quiet, phrase("no_more_reminders", session.language))


def restart(context: Context, session: Session, note: str = "") -> Step:
    """Begin a new run; the consent once given in this chat still counts, and what was told stays in the chat."""
    fresh = Session(
        run=context.new_run,
        survey=context.survey.id,
        campaign=session.campaign,
        shared=session.shared,
        language=session.language,
        language_chosen=session.language_chosen,
        consented_at=session.consented_at,
        refused=session.refused,
        card=session.card,
        revision=session.revision,
        card_is_last=session.card_is_last and session.phase != "finished",
        no_reminders=session.no_reminders,
    )
    return _begin(context, fresh, note) if fresh.consented_at else show(context.survey, fresh)


def cancel(context: Context, session: Session) -> Step:
    """Stop: the answers of this run and the consent go."""
    stopped = replace(_settled(session), phase="cancelled", answers={}, given={}, consented_at=None)
    return show(context.survey, stopped)


def decline(context: Context, session: Session) -> Step:
    """Take a no to the welcome: without a consent nothing of the person is kept.

    Who agreed in an earlier round is asked first: what they gave then would go without a word.
    """
    if session.refused is not None:
        return show(context.survey, replace(session, aside="delete"))
    return _erase(session, Say(phrase("declined", session.language)))


def forget(session: Session) -> Step:
    """Erase the person, and give a receipt."""
    return _erase(session, Receipt(session.language))


def _erase(session: Session, last_word: Effect) -> Step:
    return Step(None, (*freeze(session), Forget(), last_word))


def _begin(context: Context, session: Session, note: str = "") -> Step:
    """Ask the first question of a run."""
    return _go_on(context, replace(session, definition=offers.definition(context.survey)), note)


def _go_on(context: Context, session: Session, note: str = "") -> Step:
    """Show what comes next: a question, the person's own answer to the target, or the end."""
    survey, session = context.survey, replace(session, at=None, aside=None, doubts=(), misses=0)
    if path.ending(survey, session.answers) is not None:
        step = show(survey, replace(session, phase="ended", review=None))
        return replace(step, effects=(*step.effects, _store(context, session, "ended")))
    question = path.locate(survey, session).current
    if question is None:
        return show(survey, replace(session, phase="label"))
    return show(survey, _open(replace(session, phase="asking"), question), note)


def _open(session: Session, question: Question) -> Session:
    """Tick the boxes that were ticked when the question was answered before; those of other questions wait."""
    given = session.answers.get(question.id)
    if not isinstance(given, tuple):
        return session
    return replace(session, ticked=(*given, *(column for column in session.ticked if column not in question.columns)))


def _return_to_review(context: Context, session: Session) -> Step:
    here = replace(session, at=None, aside=None, doubts=(), misses=0)
    unanswered = path.locate(context.survey, here).current is not None
    return show(context.survey, replace(here, phase="asking" if unanswered else "label"))


def _settled(session: Session) -> Session:
    return replace(session, at=None, ticked=(), aside=None, doubts=(), review=None, misses=0)


def _await_message(session: Session) -> Session:
    """Leave the next card to the service, which sends more than one message there."""
    return replace(session, card=session.card + 1, revision=0, card_is_last=False)


def _store(context: Context, session: Session, outcome: str) -> Store:
    answers = path.to_answers(context.survey, session.answers)
    aside = carrying.set_aside(context.survey, session)
    return Store(session.run, answers, session.stated, outcome, session.campaign, aside)
