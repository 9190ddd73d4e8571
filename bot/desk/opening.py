"""What the desk does when the bot starts: links get the bot's name, menus are put up, and an owner is looked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.effects import Say
from bot.desk.access import OWNER
from bot.desk.commands import menu
from bot.desk.greeting import is_greeted, spoken_by
from bot.desk.staff import invitation
from bot.desk.visit import USERNAME, Office
from bot.owner_texts import owner_text
from bot.store import admins, facts, outbox
from bot.store.letters import Address, Menu

logger = logging.getLogger(__name__)

KEY_FACT = "data_key"
FIRST_OWNER_VALID = timedelta(minutes=15)
"""How long the link works that the console shows: whoever reads it there need not wait."""


def open_desk(
    office: Office,
    username: str,
    say: Callable[[str], None],
    now: datetime,
    connection: Connection,
) -> list[Address]:
    """Get the desk ready; return the chats for which something new is in the outbox.

    Parameters
    ----------
    office : Office
    username : str
        What the bot is called.
    say : callable
        Writes a line to the person at the console, who may make somebody the owner where nobody is.
    now : datetime
    connection : Connection
    """
    facts.write(connection, USERNAME, username)
    _compare_keys(office, now, connection)
    if not office.access.owners(connection):
        admins.withdraw(connection, OWNER)
        link = invitation(office, connection, OWNER, now + FIRST_OWNER_VALID)
        say(f"Nobody owns this bot yet. Whoever opens this link within 15 minutes does:\n{link}")
    return _put_up_menus(office, now, connection)


def _compare_keys(office: Office, now: datetime, connection: Connection) -> None:
    """Tell the owners where pseudonyms are made with another key than before: then nobody is recognised by one."""
    before, key = facts.read(connection, KEY_FACT), office.pseudonyms.fingerprint
    if before == key:
        return
    facts.write(connection, KEY_FACT, key)
    if before is not None:
        words = owner_text("data_key_changed")
        logger.warning("%s", words)
        for owner in office.access.owners(connection):
            outbox.put(connection, owner, [Say(words)], now)


def _put_up_menus(office: Office, now: datetime, connection: Connection) -> list[Address]:
    """Put up the menu of everybody who runs the bot anew: a new program has other commands."""
    everybody = office.access.everybody(connection)
    for who, role in everybody.items():
        if who in office.access.named and not is_greeted(connection, who):
            continue  # Telegram knows no chat with them before they press START
        language = spoken_by(connection, who, office)
        outbox.put(connection, who, [Menu(menu(role, language), language)], now)
    return list(everybody)
