"""Keeping to a number of messages a second, all chats together."""

from __future__ import annotations

import asyncio
from collections import deque


class Pace:
    """Lets at most ``per_second`` callers through in any second, in the order they came; 0 is no limit.

    Bursts up to the limit pass at once: after a quiet second nobody waits.
    """

    def __init__(self, per_second: float) -> None:
        # a limit below one a second is one in as many seconds as it takes
        self._window = 1.0 if per_second >= 1 else 1 / per_second if per_second else 0.0
        self._passed: deque[float] = deque(maxlen=max(1, int(per_second)))
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Return when the next message may be sent."""
        if not self._window:
            return
        async with self._turn:
            now = asyncio.get_running_loop().time
            if len(self._passed) == self._passed.maxlen:
                await asyncio.sleep(max(0.0, self._passed[0] + self._window - now()))
            self._passed.append(now())
