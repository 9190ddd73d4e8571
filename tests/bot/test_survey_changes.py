"""A change of the survey is deployed in the middle of 200 open conversations: all go on at the right question.

Service, store and restart are the real ones. What each person said is noted beside them and compared with what the
store holds of them in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.conversation.effects import Freeze, Keyboard, Redraw, Say
from bot.conversation.events import Commanded, Event, Started, Tapped, Typed
from bot.store import schema
from bot.store.database import Store
from bot.store.letters import Address, Message, Result
from engine.survey import Question, Survey
from tests.bot.conversation.editing import adding, changing, renaming, without, words, yes_or_no
from tests.bot.test_service import Desk

PEOPLE = 200
NOTE = "The questions have changed a little meanwhile"
NEW = replace(yes_or_no("Shares_Phone"), text=words("Do you share your phone with somebody?"))

AFTERWARDS: Mapping[str, tuple[str, bool]] = {
    # the card in front offers the same as before: what is tapped or typed counts
    "welcome": ("Freq_Use", False),
    "Freq_Use": ("Weekly_Amt", False),
    "Sec_Aware": ("Shares_Phone", False),
    "Use": ("Shares_Phone", False),
    "Motive": ("Shares_Phone", False),
    "boxes ticked": ("Use", False),
    "about to stay": ("Motive", False),
    # it offers something else now, or its question is gone, or another one is missing: the person is told
    "Weekly_Amt": ("Weekly_Amt", True),
    "Trust_Level": ("Trust_Level", True),
    "gone back": ("Trust_Level", True),
    "Had_Issues": ("Shares_Phone", True),
    "label": ("Shares_Phone", True),
}
"""Where somebody at each stage stands once they have used the card that the old definition drew; with a note?"""
STAGES = (*AFTERWARDS, "finished", "about to delete")


def changed(survey: Survey) -> Survey:
    """Return the survey with a question less, a new one in the middle, choices reordered, and one renamed."""
    survey = adding(without(survey, "Had_Issues"), NEW, before="Sec_Aware")
    survey = renaming(survey, "Weekly_Amt", "25 - 100", "From 25 to 100", ["25 - 100"])
    return changing(survey, "Trust_Level", choices=survey.by_id["Trust_Level"].choices[::-1])


class Person:
    """Somebody in a chat, with what they see and what they said."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.address = Address("telegram", str(number))
        self.stage = STAGES[number % len(STAGES)]
        self.said: dict[str, Any] = {}
        self.text = ""
        self.keyboard: Keyboard = ()
        self.got_result = False
        self._card: int | None = None
        self._means: dict[str, Any] = {}

    def see(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if isinstance(message, Say | Redraw):
                self.text, self.keyboard, self._card = message.text, message.keyboard, message.card
            elif isinstance(message, Freeze) and message.card == self._card:
                self.keyboard = ()
            self.got_result = self.got_result or isinstance(message, Result)
        if not self.text.startswith(NOTE):
            self.said |= self._means
        self._means = {}

    def asked(self, survey: Survey) -> Question | None:
        """Return the question in front of the person, as a reader would."""
        return next((each for each in survey.asked if each.text.to("en") in self.text), None)

    def tap(self, label: str) -> Tapped:
        return Tapped(next(b.data for row in self.keyboard for b in row if label in b.label and b.data))

    def tap_row(self, row: int) -> Tapped:
        return Tapped(self.keyboard[row][0].data or "")

    def go_on(self, survey: Survey) -> Event:
        """Answer what the card in front asks."""
        question = self.asked(survey)
        return self._answer(question) if question else self.tap("Maybe")

    def use_the_card_in_front(self, survey: Survey) -> Event:
        """Do what a person at this stage would do next."""
        match self.stage:
            case "welcome":
                return self.tap_row(0)
            case "boxes ticked":
                return self.tap("Daily needs")
            case "finished":
                return Commanded("help")
            case "about to stay":
                return self.tap("No, keep it")
            case "about to delete":
                return self.tap("Yes, erase everything")
        return self.go_on(survey)

    def _answer(self, question: Question) -> Event:
        """Answer a question: people differ, nobody's answer ends the survey, and half of them type the number."""
        if question.kind == "multi":
            rows = zip(question.columns, self.keyboard, strict=False)
            ticked = tuple(column for column, row in rows if row[0].label.startswith("☑"))
            self._means = {question.id: ticked}
            return self.tap("Done" if ticked else "None")
        place = (self.number + len(question.id)) % sum(choice.ends is None for choice in question.choices)
        self._means = {question.id: question.choices[place].value}
        amounts = any(char.isdigit() for choice in question.choices for char in choice.text.to("en"))
        return self.tap_row(place) if self.number % 2 or amounts else Typed(str(place + 1))


class Town:
    """All the people and one running bot; their updates share a transaction, as in a busy moment."""

    def __init__(self, survey: Survey, store: Store, people: Sequence[Person], first_update: int) -> None:
        self.survey = survey
        self.people = people
        self.desk = Desk(survey, store)
        self.desk._update = first_update

    async def do(self, events: Mapping[Person, Event]) -> None:
        await self.desk.service.handle([self.desk.update(event, person.address) for person, event in events.items()])
        for person in events:
            person.see(await self.desk.waiting(person.address))

    async def bring_everybody_to_their_stage(self) -> None:
        await self.do({person: Started("market-day") for person in self.people})
        await self.do({person: person.tap_row(0) for person in self.people if person.stage != "welcome"})
        while moving := [person for person in self.people if self._is_on_the_way(person)]:
            await self.do({person: person.go_on(self.survey) for person in moving})
        await self.do({person: Commanded("back") for person in self.people if person.stage == "gone back"})
        await self.do({person: Commanded("delete") for person in self.people if person.stage.startswith("about")})
        for box in ("Send money", "Top up airtime"):
            await self.do({person: person.tap(box) for person in self.people if person.stage == "boxes ticked"})

    def _is_on_the_way(self, person: Person) -> bool:
        goal = {
            "boxes ticked": "Use",
            "gone back": "Had_Issues",
            "about to stay": "Motive",
            "about to delete": "Motive",
        }.get(person.stage, person.stage)
        question = person.asked(self.survey)
        if question is None:
            return goal == "finished" and not person.got_result
        return question.id != goal

    async def responses(self) -> dict[str, Any]:
        """Return what is stored of whom."""
        who = dict(await self.desk.rows(schema.people.c.id, schema.people.c.user_id))
        columns = schema.responses.c
        rows = await self.desk.rows(columns.person_id, columns.answers, columns.set_aside, columns.stated)
        assert len({row.person_id for row in rows}) == len(rows)
        return {who[row.person_id]: row for row in rows}


async def test_200_conversations_go_on_at_the_right_question_after_a_change(home: Survey, database: str) -> None:
    new = changed(home)
    people = [Person(number) for number in range(PEOPLE)]
    store = Store.open(database)
    await Town(home, store, people, first_update=1).bring_everybody_to_their_stage()
    store.close()

    store = Store.open(database)
    town = Town(new, store, people, first_update=100_000)
    await town.do({person: person.use_the_card_in_front(home) for person in people})

    for person in people:
        assert_stands_right(person, new)

    going_on = [person for person in people if person.stage in AFTERWARDS]
    asked: dict[Person, list[str]] = {person: [] for person in going_on}
    while moving := [person for person in going_on if not person.got_result]:
        for person in moving:
            question = person.asked(new)
            asked[person].append(question.id if question else "label")
            assert asked[person].count(asked[person][-1]) == 1, (person.stage, asked[person])
        await town.do({person: person.go_on(new) for person in moving})

    responses = await town.responses()
    assert set(responses) == {person.address.chat for person in people if person.stage != "about to delete"}
    for person in people:
        if person.stage != "about to delete":
            survey = home if person.stage == "finished" else new
            stored = responses[person.address.chat]
            assert stored.answers == in_words_of(survey, person.said), person.stage
            assert stored.set_aside == (in_other_words(survey, person.said) or None), person.stage
            assert stored.stated == "Maybe"
    assert sum(stored.set_aside is not None for stored in responses.values()) > PEOPLE / 4
    store.close()


def assert_stands_right(person: Person, survey: Survey) -> None:
    if person.stage == "finished":
        assert "You have answered everything" in person.text
    elif person.stage == "about to delete":
        assert person.text.startswith("Done: everything I kept about you is erased.")
    else:
        name, noted = AFTERWARDS[person.stage]
        question = person.asked(survey)
        assert question is not None
        assert (question.id, person.text.startswith(NOTE)) == (name, noted), person.stage
    if person.stage == "boxes ticked":
        assert [row[0].label[0] for row in person.keyboard[:6]] == ["☑", "☐", "☑", "☐", "☑", "☐"]


def in_words_of(survey: Survey, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody said as the table of a survey holds it."""
    columns: dict[str, Any] = {}
    for question in survey.asked:
        answer = said[question.id]
        if question.kind == "multi":
            columns |= {column: int(column in answer) for column in question.columns}
        else:
            columns[question.id] = next(c.value for c in question.choices if answer in (c.value, *c.aliases))
    return columns


def in_other_words(survey: Survey, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody said in words that a survey does not have."""
    return {
        name: [answer]
        for name, answer in said.items()
        if name not in survey.by_id or (isinstance(answer, str) and answer not in survey.by_id[name].by_value)
    }
