"""What would change it: a small dialogue over the answers that the person could change, told by the very model.

Three cards that lead to each other: the list of these answers, one question's other answers, and what the model would
say. What is tried is carried by the buttons, so that they work after days, from wherever they stand.
"""

from __future__ import annotations

from bot.conversation import layout
from bot.conversation.callbacks import Action, Callback
from bot.conversation.cards import Card
from bot.conversation.effects import Button, Keyboard
from bot.conversation.questions import labels_of
from bot.conversation.telling import Telling
from bot.conversation.trying import AS_ANSWERED, Trying, decode, encode, stamp
from engine.assessment import Assessment, Movable, WhatIf

MOST_LISTED = 20
"""Answers that have a button: more would be endless on a phone, and a channel carries no more than 100."""


def possible(assessment: Assessment, trying: Trying) -> Trying:
    """Return what of it this person could change: a model of today may know other numbers than the button's."""
    movable = {item.feature: item for item in assessment.movable}
    changes = trying.changes.items()
    made = {column: label for column, label in changes if column in movable and label in movable[column].others}
    return Trying(made, trying.picking if trying.picking in movable else None)


def what_if_card(view: str, told: Telling, run: str, trying: Trying, tried: WhatIf | None, note: str | None) -> Card:
    """Return one card of the dialogue.

    Parameters
    ----------
    view : {"what_if", "answers", "outcome"}
        The list; the other answers of ``trying.picking``; or what comes of ``trying.changes``. Where nothing is picked
        or changed it is the list.
    told : Telling
    run : str
    trying : Trying
        See `possible`.
    tried : WhatIf or None
        What the model says of ``trying.changes``, if anything is changed.
    note : str or None
        Stands above all.
    """
    dialogue = _Dialogue(told, run, trying, tried)
    if view == "answers" and trying.picking is not None:
        card = dialogue.answers(next(item for item in told.assessment.movable if item.feature == trying.picking))
    elif view == "outcome" and tried is not None:
        card = dialogue.outcome(tried)
    else:
        card = dialogue.listed()
    return Card(layout.clip(layout.paragraphs(note, told.demonstration, card.text)), card.keyboard)


class _Dialogue:
    """The dialogue's cards at one point of it."""

    def __init__(self, told: Telling, run: str, trying: Trying, tried: WhatIf | None) -> None:
        self._told = told
        self._run = run
        self._trying = trying.pick(None)
        self._tried = tried

    def listed(self) -> Card:
        """List the answers that could be changed, a button each."""
        told, movable = self._told, self._told.assessment.movable[:MOST_LISTED]
        labels, listed = labels_of([(self._named(item), told.name(item.feature)) for item in movable])
        rows = [
            self._row(f"✓ {label}" if item.feature in self._trying.changes else label, *self._next(item))
            for item, label in zip(movable, labels, strict=True)
        ]
        text = layout.paragraphs(
            told.phrase("what_if_title"),
            self._lead() if self._tried is None else self._outcome(self._tried),
            told.phrase("what_if_tap") if movable else None,
            listed,
        )
        details = Button(told.phrase("details"), Callback.on_result(self._run, Action.DETAILS).render())
        return Card(text, self._keyboard(*rows, *([self._anew()] if self._trying.changes else []), beside=(details,)))

    def answers(self, item: Movable) -> Card:
        """Show the other answers to one question, and the person's own where that is changed."""
        told, chosen = self._told, self._trying.changes.get(item.feature)
        others = [item.before, *item.others] if chosen is not None else list(item.others)
        labels, listed = labels_of([(words := told.cell(item.feature, label), words) for label in others])
        rows = [
            self._row(f"✓ {label}" if other == chosen else label, *self._try(item, other))
            for other, label in zip(others, labels, strict=True)
        ]
        text = layout.paragraphs(
            told.phrase("what_if_answered", name=told.name(item.feature), answer=told.cell(item.feature, item.before)),
            None if self._tried is None else self._changed(self._tried, "what_if_besides"),
            told.phrase("what_if_had_answered"),
            listed,
        )
        return Card(text, self._keyboard(*rows, self._row(f"← {told.phrase('to_the_list')}", Action.WHAT_IF)))

    def outcome(self, tried: WhatIf) -> Card:
        """Say what the model would say."""
        text = layout.paragraphs(self._outcome(tried), self._told.phrase("what_if_caution"))
        one_more = self._row(self._told.phrase("change_one_more"), Action.WHAT_IF)
        more = [one_more] if len(tried.changes) < len(self._told.assessment.movable) else []
        return Card(text, self._keyboard(*more, self._anew()))

    # -- words ------------------------------------------------------------------------------------------------

    def _named(self, item: Movable) -> str:
        answer = self._trying.changes.get(item.feature, item.before)
        return self._told.phrase(
            "named_answer", name=self._told.name(item.feature), answer=self._told.cell(item.feature, answer)
        )

    def _lead(self) -> str:
        """Say which small change would move the guess most, of the person's own answers."""
        told, found = self._told, self._told.assessment.what_if
        if not found:
            return told.phrase("what_if_nothing")
        if _lifts(told, found[0]):
            return self._outcome(found[0])
        at_top = told.assessment.grade == told.best.grade
        lead = told.phrase("what_if_at_top", grade=told.best.grade) if at_top else told.phrase("what_if_no_lift")
        return f"{lead}\n{self._outcome(found[0])}"

    def _outcome(self, what_if: WhatIf) -> str:
        told, best = self._told, self._told.best.grade
        values = {
            "best": told.answer(best),
            "chance": told.chance(best, what_if.probabilities),
            "now": told.chance(best),
            "grade": what_if.grade,
        }
        if what_if.grade == told.assessment.grade:
            ending = told.phrase("what_if_chance", **values)
        else:
            ending = told.phrase("what_if_outcome", **values, grade_now=told.assessment.grade, **told.ends)
        return f"{self._changed(what_if, 'what_if_lead')}\n{ending}"

    def _changed(self, what_if: WhatIf, lead: str) -> str:
        told = self._told
        changes = [
            told.phrase(
                "changed",
                name=told.name(change.feature),
                after=told.cell(change.feature, change.after),
                before=told.cell(change.feature, change.before),
            )
            for change in what_if.changes
        ]
        return f"{told.phrase(lead)}\n{layout.bullets(changes)}"

    # -- buttons ----------------------------------------------------------------------------------------------

    def _next(self, item: Movable) -> tuple[Action, Trying]:
        """Return where an answer of the list leads: where there is but one other, straight to what comes of it."""
        if len(item.others) > 1:
            return Action.PICK, self._trying.pick(item.feature)
        changed = item.feature in self._trying.changes
        return self._try(item, item.before if changed else item.others[0])

    def _try(self, item: Movable, label: str) -> tuple[Action, Trying]:
        after = self._trying.change(item.feature, None if label == item.before else label)
        return (Action.TRY, after) if after.changes else (Action.WHAT_IF, after)

    def _anew(self) -> tuple[Button, ...]:
        return self._row(self._told.phrase("from_my_answers"), Action.WHAT_IF, AS_ANSWERED)

    def _row(self, label: str, action: Action, trying: Trying | None = None) -> tuple[Button, ...]:
        """Return a row of one button; none where a button could not carry so much."""
        survey, trying = self._told.survey, self._trying if trying is None else trying
        carried = encode(survey, trying)
        if decode(survey, carried) != trying:
            return ()
        try:
            return (
                Button(label, Callback.on_result(self._run, action, carried, stamp(survey) if carried else 0).render()),
            )
        except ValueError:
            return ()

    def _keyboard(self, *rows: tuple[Button, ...], beside: tuple[Button, ...] = ()) -> Keyboard:
        """Return rows of buttons and the way back, with what stands beside that."""
        back = self._told.phrase("my_result")
        result = Button(f"← {back}", Callback.on_result(self._run, Action.WORDS).render())
        if layout.fit_side_by_side([each.label for each in (result, *beside)]):
            return (*filter(None, rows), (result, *beside))
        return tuple(filter(None, (*rows, (result,), beside)))


def _lifts(told: Telling, what_if: WhatIf) -> bool:
    return told.grade(what_if.grade).points > told.grade(told.assessment.grade).points
