"""Who may: the owners that the settings name, those who came by an owner's link, and the admins that they invite."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from bot.store import admins
from bot.store.admins import ADMIN, OWNER
from bot.store.letters import Address

__all__ = ["ADMIN", "OWNER", "Access"]


class Access:
    """Says who runs the bot.

    Parameters
    ----------
    owners : iterable of Address
        Those whom ADMIN_IDS names: owners for as long as it does.
    """

    def __init__(self, owners: Iterable[Address] = ()) -> None:
        self.named = frozenset(owners)

    def role(self, connection: Connection, address: Address) -> str | None:
        """Return what somebody is: "owner", "admin", or None for everybody else."""
        return self.roles(connection, [address]).get(address)

    def roles(self, connection: Connection, addresses: Collection[Address]) -> dict[Address, str]:
        """Return the roles of those among these people who have one."""
        named = {address: OWNER for address in addresses if address in self.named}
        return {**admins.roles(connection, addresses), **named}

    def everybody(self, connection: Connection) -> dict[Address, str]:
        """Return all who run the bot, with their roles."""
        stored = {admin.address: admin.role for admin in admins.everybody(connection)}
        return {**stored, **dict.fromkeys(self.named, OWNER)}

    def owners(self, connection: Connection) -> list[Address]:
        """Return those who are told what needs somebody."""
        everybody = self.everybody(connection)
        return sorted(
            (who for who, role in everybody.items() if role == OWNER), key=lambda who: (who.channel, who.chat)
        )
