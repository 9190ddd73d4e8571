"""The budget of messages a second that all workers on one database share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, extract, func, select, update

from bot.pacing import Reservation, reserve
from bot.store.database import Store
from bot.store.dialects import Upsert, is_postgresql
from bot.store.schema import budget

_ROW = 1
_BEGIN = Upsert(budget, ("id",))


def draw(connection: Connection, per_second: float, number: int, *, bulk: bool) -> list[float]:
    """Reserve the next places for ``number`` messages and return in how many seconds each may leave.

    The database's clock counts, as it is the only one that the workers share.
    """
    _BEGIN.execute(connection, [{"id": _ROW, "passed": []}])
    passed = connection.scalars(select(budget.c.passed).where(budget.c.id == _ROW).with_for_update()).one()
    made: Reservation = reserve(passed, _now(connection), per_second, number, bulk=bulk)
    connection.execute(update(budget).where(budget.c.id == _ROW).values(passed=made.passed))
    return made.waits


def _now(connection: Connection) -> float:
    """Return the time in seconds since 1970."""
    epoch = extract("epoch", func.clock_timestamp())
    clock = epoch if is_postgresql(connection) else (func.julianday("now") - 2440587.5) * 86400
    return float(connection.execute(select(clock)).scalar_one())


class SharedBudget:
    """The budget that all workers on one database draw from."""

    def __init__(self, store: Store, per_second: float) -> None:
        self._store = store
        self._per_second = per_second

    async def draw(self, number: int, *, bulk: bool) -> Sequence[float]:
        """Reserve the next places; see `bot.pacing.Budget`."""
        place = partial(draw, per_second=self._per_second, number=number, bulk=bulk)
        return await self._store.step(place)
