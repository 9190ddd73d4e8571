"""Whatever is deployed in the middle of whatever conversation: nobody is stuck, and no answer is lost or misread.

The model of "lost" is what people said, taken from the cards as they were shown: a choice, a number or a box stays said
until its question is answered again while it could be said there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation.carrying import carry_over
from bot.conversation.path import locate
from bot.conversation.session import Answer, Session, restore
from engine.survey import ALWAYS, Option, Question, Survey
from tests.bot.conversation.editing import adding, changing, renaming, without, words, yes_or_no
from tests.bot.conversation.respondent import COFFEE, Respondent

Said = tuple[str, str | float]
"""A question's id and what was said there: a choice, a number or a box."""

NOTES = ("The questions have changed a little meanwhile", "Sorry, that is outside", "That button is from earlier")


def parts(name: str, answer: Answer) -> set[Said]:
    if isinstance(answer, tuple):
        return {(name, column) for column in answer}
    return set() if answer is None else {(name, answer)}


def can_be_said(question: Question, said: str | float) -> bool:
    if isinstance(said, float):
        low, high = question.minimum, question.maximum
        return question.kind == "number" and (low is None or said >= low) and (high is None or said <= high)
    names = {choice.value: choice.aliases for choice in question.choices}
    names |= {option.column: option.aliases for option in question.options}
    return said in names or any(said in aliases for aliases in names.values())


def told(session: Session) -> set[Said]:
    """Return all that a session knows to have been said."""
    stories = {name: (answer,) for name, answer in session.answers.items()} | dict(session.given)
    return {said for name, story in stories.items() for answer in story for said in parts(name, answer)}


def stored(answers: dict[str, Any], survey: Survey) -> Iterator[Said]:
    """Yield what a response's answers say."""
    question_of = {column: question.id for question in survey.questions for column in question.columns}
    for column, answer in answers.items():
        name = question_of[column]
        if survey.by_id[name].kind != "multi":
            yield name, answer
        elif answer:
            yield name, column


class Deploys(RuleBasedStateMachine):
    """A person who answers, a survey that is edited under their hands, and what they said."""

    def __init__(self) -> None:
        super().__init__()
        self.person = Respondent(COFFEE)
        self.versions = [COFFEE]
        self.shown = COFFEE
        self.said: set[Said] = set()
        self.finished = 0
        self.names = 0

    @property
    def survey(self) -> Survey:
        return self.person.survey

    @property
    def asked(self) -> Question | None:
        """The question on the card in front of the person."""
        name = self.person.state.asked
        return self.shown.by_id[name] if name else None

    def act(self, do: Any, argument: str) -> bool:
        """Do something; False where it was answered by a note or by nothing."""
        do(argument)
        if not self.person.effects:
            return False
        self.shown = self.survey
        return not self.person.last.text.startswith(NOTES)

    def note(self, question: Question, answer: Answer) -> None:
        now = self.survey.by_id[question.id]
        gone = {said for said in self.said if said[0] == question.id and can_be_said(now, said[1])}
        self.said = (self.said - gone) | parts(question.id, answer)
        if self.person.state.phase != "ended":
            assert self.person.state.answers[question.id] == answer
        self.settle()

    def settle(self) -> None:
        """Hold a finished run to what was said, and begin the next."""
        if len(self.person.stored) == self.finished:
            return
        response = self.person.stored[-1]
        aside = {
            said for name, answers in response.set_aside.items() for answer in answers for said in parts(name, answer)
        }
        assert self.said <= aside | set(stored(dict(response.answers), self.survey))
        self.finished, self.said = len(self.person.stored), set()
        self.person.start()
        self.shown = self.survey

    # -- what the person does ---------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        self.person.agree()

    @precondition(lambda self: self.asked is not None)
    @rule(data=st.data(), typing=st.booleans())
    def answer(self, data: st.DataObject, typing: bool) -> None:
        question = self.asked
        assert question is not None
        if question.kind == "number":
            amount = data.draw(st.integers(0, 20))
            if self.act(self.person.say, str(amount)):
                self.note(question, float(amount))
        elif question.kind == "single":
            place = data.draw(st.sampled_from(range(len(question.choices))))
            button = self.person.last.keyboard[place][0].data or ""
            do, what = (self.person.say, str(place + 1)) if typing else (self.person.tap_data, button)
            if self.act(do, what):
                self.note(question, question.choices[place].value)
        else:
            self.confirm(question)

    def confirm(self, question: Question) -> None:
        rows = zip(question.columns, self.person.last.keyboard, strict=False)
        ticked = tuple(column for column, row in rows if row[0].label.startswith("☑"))
        label = "Done" if ticked else "None"
        if self.act(self.person.tap, label):
            self.note(question, ticked)

    @precondition(lambda self: self.asked is not None and self.asked.kind == "multi")
    @rule(data=st.data())
    def tick(self, data: st.DataObject) -> None:
        question = self.asked
        assert question is not None
        row = data.draw(st.sampled_from(self.person.last.keyboard[: len(question.options)]))
        self.act(self.person.tap_data, row[0].data or "")

    @precondition(lambda self: "Skip" in self.person.last.labels)
    @rule()
    def skip(self) -> None:
        question = self.asked
        done = self.act(self.person.tap, "Skip")
        if question is None:
            self.settle()
        elif done:
            self.note(question, None)

    @precondition(lambda self: self.asked is None and self.person.state.phase == "label")
    @rule(place=st.sampled_from(range(3)))
    def state_an_answer(self, place: int) -> None:
        self.act(self.person.tap_data, self.person.last.keyboard[place][0].data or "")
        self.settle()

    @rule(way=st.sampled_from(["/back", "/help", "/start", "/delete", "sticker", "nonsense"]))
    def do_something_else(self, way: str) -> None:
        if way == "/start":
            self.person.start()
        elif way == "/delete":
            self.person.command("delete")
            self.person.tap("No, keep it")
        elif way.startswith("/"):
            self.person.command(way[1:])
        elif way == "sticker":
            self.person.send("sticker")
        else:
            self.person.say(way)
        self.shown = self.survey

    @rule(data=st.data())
    def tap_late(self, data: st.DataObject) -> None:
        """Tap a button of a card further up."""
        open_card = {button.data for row in self.person.last.keyboard for button in row}
        old = [tap for tap in self.person.offered if tap not in open_card]
        if old:
            before = told(carry_over(self.survey, self.person.state))
            self.act(self.person.tap_data, data.draw(st.sampled_from(old)))
            assert told(self.person.state) == before

    # -- what is deployed -------------------------------------------------------------------------------------

    def deploy(self, survey: Survey) -> None:
        self.person.survey = survey
        self.versions.append(survey)

    def some_question(self, data: st.DataObject, *kinds: str) -> Question | None:
        fitting = [question for question in self.survey.asked if question.kind in kinds or not kinds]
        return data.draw(st.sampled_from(fitting)) if fitting else None

    @rule(data=st.data())
    def remove_a_question(self, data: st.DataObject) -> None:
        question = self.some_question(data)
        always = [other for other in self.survey.asked if other.when == ALWAYS and other is not question]
        if question is not None and always:
            self.deploy(without(self.survey, question.id))

    @rule(data=st.data())
    def add_a_question(self, data: st.DataObject) -> None:
        self.names += 1
        before = data.draw(st.sampled_from([question.id for question in self.survey.questions]))
        self.deploy(adding(self.survey, yes_or_no(f"New_{self.names}"), before=before))

    @rule(data=st.data())
    def reorder_the_questions(self, data: st.DataObject) -> None:
        self.deploy(replace(self.survey, questions=tuple(data.draw(st.permutations(self.survey.questions)))))

    @rule(data=st.data())
    def reorder_choices(self, data: st.DataObject) -> None:
        if (question := self.some_question(data, "single", "multi")) is not None:
            choices = tuple(data.draw(st.permutations(question.choices)))
            options = tuple(data.draw(st.permutations(question.options)))
            self.deploy(changing(self.survey, question.id, choices=choices, options=options))

    @rule(data=st.data())
    def remove_a_choice(self, data: st.DataObject) -> None:
        question = self.some_question(data, "single", "multi")
        if question is not None and len(question.choices or question.options) > 1:
            choices, options = question.choices[1:], question.options[1:]
            self.deploy(changing(self.survey, question.id, choices=choices, options=options))

    @rule(data=st.data(), known=st.booleans())
    def rename_a_choice(self, data: st.DataObject, known: bool) -> None:
        if (question := self.some_question(data, "single")) is not None:
            self.names += 1
            old = data.draw(st.sampled_from(question.choices))
            aliases = [old.value, *old.aliases] if known else []
            self.deploy(renaming(self.survey, question.id, old.value, f"value {self.names}", aliases))

    @rule(data=st.data(), kind=st.sampled_from(["single", "multi", "number"]))
    def change_the_kind(self, data: st.DataObject, kind: str) -> None:
        if (question := self.some_question(data)) is not None and question.kind != kind:
            choices = yes_or_no(question.id).choices if kind == "single" else ()
            options = tuple(Option(f"{question.id}_{n}", words(f"{n}"), words(f"Box {n}")) for n in "XY")
            self.deploy(
                changing(
                    self.survey,
                    question.id,
                    kind=kind,
                    choices=choices,
                    options=options if kind == "multi" else (),
                    minimum=None,
                    maximum=None,
                    unit=None,
                )
            )

    @rule(data=st.data())
    def turn_skipping_on_or_off(self, data: st.DataObject) -> None:
        if (question := self.some_question(data)) is not None:
            self.deploy(changing(self.survey, question.id, required=not question.required))

    @rule(most=st.integers(1, 20))
    def change_the_limits(self, most: int) -> None:
        if "Cups" in self.survey.by_id and self.survey.by_id["Cups"].kind == "number":
            self.deploy(changing(self.survey, "Cups", maximum=float(most)))

    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        self.person.survey = data.draw(st.sampled_from(self.versions))

    # -- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def nothing_that_was_said_is_lost(self) -> None:
        if self.person.session is not None:
            assert self.said == told(carry_over(self.survey, self.person.state))

    @invariant()
    def the_person_stands_on_the_new_path(self) -> None:
        if self.person.session is not None and self.person.state.phase in ("asking", "label"):
            session = carry_over(self.survey, self.person.state)
            current = locate(self.survey, session).current
            assert (current is None) == (session.phase == "label")
            assert current is None or current in self.survey.asked

    @invariant()
    def carrying_twice_is_carrying_once_and_there_and_back_gives_the_same_answers(self) -> None:
        if self.person.session is None:
            return
        here = carry_over(self.survey, self.person.state)
        for version in self.versions[-5:]:
            there = carry_over(version, here)
            assert carry_over(version, there) == there
            assert carry_over(self.survey, there).answers == here.answers
            assert told(there) == told(here)
            assert restore(json.loads(json.dumps(there.store()))) == there

    def teardown(self) -> None:
        """Answer what is left: from wherever it stands, a conversation comes to its end."""
        if self.person.session is None:
            return
        finished = self.finished
        for _ in range(60):
            self.settle()
            if self.finished > finished:
                return
            self.go_on()
        raise AssertionError("the conversation does not come to an end")

    def go_on(self) -> None:
        """Answer the question that is open, in place of what was said before where one went back to it."""
        question = self.asked
        if question is not None and question.kind == "multi":
            self.confirm(question)
        elif question is not None and question.kind == "number":
            if self.act(self.person.say, "1"):
                self.note(question, 1.0)
        elif self.act(self.person.tap_data, self.person.last.keyboard[0][0].data or "") and question is not None:
            self.note(question, question.choices[0].value)


TestDeploys = Deploys.TestCase
TestDeploys.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
