"""Seals: a person's number in a channel, encrypted under DATA_KEY; whatever is stored or logged knows only those."""

from __future__ import annotations

import base64
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = "~"
"""Begins a seal; no channel's own id does."""
LENGTH = 33
"""Characters of a seal: so many that a button's data has room for it."""
NUMBERS = range(-(2**63), 2**63)
"""What can be sealed; Telegram's own numbers stay far below."""

_NUMBER_BYTES = 8
_LABEL = b"ids of people, sealed by AES-SIV"
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_SEAL = re.compile(rf"{MARK}[A-Za-z0-9_-]{{{LENGTH - 1}}}", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<![\w-])[1-9][0-9]{4,15}(?![\w-])", re.ASCII)
"""Telegram's ids of people have more digits than whatever else is counted."""


class SealError(Exception):
    """A seal that this key does not open: made under another one, for another channel, or damaged."""


class Seals:
    """Seals numbers, and opens what it sealed.

    The encryption is deterministic (AES-SIV, RFC 5297): the same number has the same seal, so that the database finds
    people by it, keeps them apart and locks them, and nothing else can be seen of the number. The channel's name is
    authenticated with it: a seal opens in its own channel only.
    """

    def __init__(self, key: str) -> None:
        self._cipher = AESSIV(HKDF(SHA256(), length=64, salt=None, info=_LABEL).derive(key.encode()))

    def seal(self, channel: str, number: int) -> str:
        """Return the seal of a number out of `NUMBERS`."""
        content = number.to_bytes(_NUMBER_BYTES, "big", signed=True)
        return MARK + base64.urlsafe_b64encode(self._cipher.encrypt(content, [channel.encode()])).decode()

    def sealed(self, channel: str, identity: str) -> str:
        """Return the seal of an id that may be sealed already; one that is no number stays as it is."""
        if _NUMBER.fullmatch(identity) and (number := int(identity)) in NUMBERS:
            return self.seal(channel, number)
        return identity

    def opened(self, channel: str, identity: str) -> str:
        """Return the number in a seal; an id that is not sealed stays as it is.

        Raises
        ------
        SealError
            Where this key does not open it.
        """
        if not identity.startswith(MARK):
            return identity
        if not _SEAL.fullmatch(identity):
            raise SealError("not a seal")
        try:
            content = self._cipher.decrypt(base64.urlsafe_b64decode(identity[1:]), [channel.encode()])
        except InvalidTag:
            raise SealError("sealed under another DATA_KEY, for another channel, or damaged") from None
        return str(int.from_bytes(content, "big", signed=True))

    def opened_in(self, channel: str, text: str) -> str:
        """Return a text with the numbers in place of the seals in it; what only looks like one stays."""
        return _SEAL.sub(lambda found: self._opened_or_not(channel, found[0]), text) if MARK in text else text

    def sealed_in(self, channel: str, text: str) -> str:
        """Return a text with seals in place of all that might be a person's number; `opened_in` undoes that."""
        return _LONG_NUMBER.sub(lambda found: self.sealed(channel, found[0]), text)

    def _opened_or_not(self, channel: str, identity: str) -> str:
        try:
            return self.opened(channel, identity)
        except SealError:
            return identity
