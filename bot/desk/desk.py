"""The desk: what those who run the bot ask for in its chat; to everybody else it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.effects import Say
from bot.conversation.events import Commanded, File, SentSomethingElse, Started, Tapped
from bot.desk import retraining, staff
from bot.desk.access import OWNER
from bot.desk.commands import BUTTONS, COMMANDS, LEVELS, Command, menu
from bot.desk.greeting import is_greeted, note_greeted, spoken_by
from bot.desk.texts import desk_text
from bot.desk.visit import PREFIX, Answer, Office, Visit
from bot.figures.labels import count_labels
from bot.incoming import Incoming
from bot.store import outbox, people
from bot.store.letters import Address, Menu, Message
from engine import registry
from engine.errors import RegistryError


class Desk:
    """Answers those who run the bot.

    Parameters
    ----------
    office : Office
        What it works with.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def answer(self, connection: Connection, update: Incoming, now: datetime) -> Answer | None:
        """Do what an update asks for and return what to say; None where it is no business of the desk."""
        match update.event:
            case Started():
                return self._started(connection, update.address, update.event, now)
            case Commanded(name, argument) if name in COMMANDS:
                return self._serve(connection, update.address, COMMANDS[name], argument, now)
            case Tapped(data) if data.startswith(f"{PREFIX}:"):
                _, action, argument = (*data.split(":", 2), "")[:3]
                command = BUTTONS.get(action)
                return None if command is None else self._serve(connection, update.address, command, argument, now)
            case SentSomethingElse(file=File() as file):
                visit = self._visit(connection, update.address, now)
                return None if visit is None else _noted(visit, retraining.table(visit, file))
        return None

    def _serve(
        self, connection: Connection, who: Address, command: Command, argument: str, now: datetime
    ) -> Answer | None:
        visit = self._visit(connection, who, now)
        if visit is None:
            return None
        if LEVELS[visit.role] < LEVELS[command.needs]:
            return (visit.say("role_only_owner"),)
        return _noted(visit, command.run(replace(visit, argument=argument)))

    def _visit(self, connection: Connection, who: Address, now: datetime) -> Visit | None:
        """Open the desk for somebody; None where they do not run the bot."""
        role = self._office.access.role(connection, who)
        if role is None:
            return None
        return Visit(self._office, connection, who, role, spoken_by(connection, who, self._office), now)

    # -- who comes ------------------------------------------------------------------------------------------------

    def _started(self, connection: Connection, who: Address, event: Started, now: datetime) -> Answer | None:
        """Let somebody in who comes by an invitation; greet an owner whom the settings name, who then goes on."""
        payload = event.payload or ""
        if payload.startswith(tuple(staff.PAYLOADS.values())):
            if staff.accept(self._office, connection, who, payload, now) is None:
                return (Say(desk_text("link_over", spoken_by(connection, who, self._office))),)
            visit = self._visit(connection, who, now)
            return None if visit is None else tuple(self._welcome(visit))
        if who in self._office.access.named and not is_greeted(connection, who, self._office):
            note_greeted(connection, who, self._office)
            visit = self._visit(connection, who, now)
            if visit is not None:
                outbox.put(connection, who, self._welcome(visit), now)
        return None

    def _welcome(self, visit: Visit) -> Iterator[Message]:
        yield visit.say("invited", role=visit.text(f"role_{visit.role}"))
        if visit.role == OWNER:
            yield visit.say("checklist")
            if (note := self._state()) is not None:
                labels = count_labels(visit.connection, self._office.survey, self._office.pseudonyms)
                yield visit.say(note, number=labels.n, missing=" ".join(labels.shortfall))
        yield Menu(menu(visit.role, visit.language), visit.language)

    def _state(self) -> str | None:
        """Return what an owner should know about the model."""
        if self._office.collect_only:
            return "checklist_collecting"
        try:
            identity = registry.active_version(self._office.versions)
            if identity is None:
                return "checklist_no_model"
            return "checklist_demonstration" if registry.get(self._office.versions, identity).synthetic else None
        except RegistryError:
            return None  # the owners are told of that by an alert


def _noted(visit: Visit, answer: Answer) -> Answer:
    """Note that the person's open card is no longer the chat's last message, to be edited in place."""
    person = people.find(visit.connection, [visit.who]).get(visit.who)
    if person is not None and person.session is not None and person.session.get("card_is_last"):
        stored = {**person.session, "card_is_last": False, "last_tap": None}
        people.save_sessions(visit.connection, {person.id: stored}, visit.office.survey.meaning_hash, visit.now)
    return answer
