"""Meeting those who run the bot: in which language, and whether they were greeted."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.desk.visit import Office
from bot.store import facts, people
from bot.store.ids import GREETED
from bot.store.letters import Address


def spoken_by(connection: Connection, who: Address, office: Office) -> str:
    """Return the language that somebody chose in the chat, else the survey's first."""
    person = people.find(connection, [who]).get(who)
    spoken = None if person is None or person.session is None else person.session.get("language")
    return spoken if spoken in office.survey.languages else office.survey.languages[0]


def is_greeted(connection: Connection, who: Address, office: Office) -> bool:
    """Whether an owner whom the settings name was told what to do."""
    return facts.read(connection, _fact(who, office)) is not None


def note_greeted(connection: Connection, who: Address, office: Office) -> None:
    """Remember that they were."""
    facts.write(connection, _fact(who, office), "yes")


def _fact(who: Address, office: Office) -> str:
    return f"{GREETED}{office.pseudonyms.of(who)}"
