"""Pseudonyms: the same person has the same name in every export, and nobody without DATA_KEY can say whose it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from bot.errors import UserError
from bot.sealing import Seals
from bot.settings import DATA_KEY_LENGTH, Settings
from bot.store.letters import Address

KEY_FILE = "data.key"
LENGTH = 16
"""Characters of a pseudonym after its first two: 80 bits, so that among a billion people no two are the same."""

_EXPORTED = re.compile(rf"(R-[A-Z2-7]{{{LENGTH}}})(-[1-9][0-9]*)?", re.ASCII)


def person_in(identity: str) -> str | None:
    """Return the pseudonym in a row's ID that looks like one of an export; a person's later attempts are numbered.

    Examples
    --------
    >>> person_in("R-ABCDEFGHIJKLMNOP-2"), person_in("R-12")
    ('R-ABCDEFGHIJKLMNOP', None)
    """
    exported = _EXPORTED.fullmatch(identity)
    return exported[1] if exported else None


class Pseudonyms:
    """Names people by an HMAC of where they are reached.

    Attributes
    ----------
    seals : Seals
        Under the same key: where people are reached is stored sealed.
    """

    def __init__(self, key: str) -> None:
        self.seals = Seals(key)
        self._key = hashlib.sha256(b"pseudonyms:" + key.encode()).digest()

    @property
    def fingerprint(self) -> str:
        """What tells this key from any other without telling it."""
        return hmac.new(self._key, b"fingerprint", hashlib.sha256).hexdigest()[:32]

    def of(self, address: Address) -> str:
        """Return a person's pseudonym: "R-" (for respondent) with letters and digits; a sealed address has the same."""
        whose = f"{address.channel}\n{self.seals.opened(address.channel, address.chat)}".encode()
        digest = hmac.new(self._key, whose, hashlib.sha256).digest()
        return f"R-{base64.b32encode(digest).decode()[:LENGTH]}"


def read_or_make(settings: Settings, database: Path | None) -> Pseudonyms:
    """Return the pseudonyms under DATA_KEY, or under a key of one's own in a file that is made at the first start.

    Parameters
    ----------
    settings : Settings
    database : Path or None
        The SQLite file, beside which that file is.

    Raises
    ------
    UserError
        Where the file can be neither read nor made.
    """
    if settings.data_key is not None:
        return Pseudonyms(settings.data_key.get_secret_value())
    path = (database.parent if database else Path.cwd()) / KEY_FILE
    try:
        return Pseudonyms(_read(path) or _make(path))
    except OSError as error:
        raise UserError(f"DATA_KEY: not set, and {path} can be neither read nor made ({error.strerror})") from None


def _read(path: Path) -> str | None:
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        key = ""
    if len(key) < DATA_KEY_LENGTH:
        raise UserError(f"DATA_KEY: not set, and {path} holds no key; put the one back that was there, or set DATA_KEY")
    return key


def _make(path: Path) -> str:
    """Make the file, for its owner's eyes only; of two processes at once one does, and both use its key."""
    key = secrets.token_urlsafe(32)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()
    return _read(path) or key
