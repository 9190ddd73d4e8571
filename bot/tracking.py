"""Noting how people get on: by which link they came, how far each run came, and which runs are only tried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import progress
from bot.conversation.events import Event, Started
from bot.conversation.session import Session
from bot.store import campaigns, runs
from bot.store.letters import Address


@dataclass(frozen=True, slots=True)
class Stride:
    """One person's step: where they stood, what they did, and where they stand."""

    address: Address
    person: int
    event: Event
    before: Session | None
    after: Session

    @property
    def begins(self) -> bool:
        """Whether it begins a run."""
        return self.before is None or self.before.run != self.after.run

    @property
    def redirected(self) -> bool:
        """Whether somebody who had not agreed yet came again, by another link."""
        if self.before is None or self.begins:
            return False
        return (self.before.campaign, self.before.shared) != (self.after.campaign, self.after.shared)

    @property
    def stages(self) -> tuple[str, ...]:
        """What the run reached for the first time."""
        return progress.stages(self.before, self.after)


def track(
    connection: Connection, strides: Sequence[Stride], staff: Collection[Address], now: datetime
) -> frozenset[str]:
    """Note a batch of steps, of different people; ``staff`` are those among them who run the bot.

    Returns the runs among those that begin, or changed their campaign, which are only tried out.
    """
    stages = {stride.after.run: stride.stages for stride in strides}
    new = [stride for stride in strides if stride.begins]
    begun = _begun(connection, new, staff)
    redirected = _begun(connection, [stride for stride in strides if stride.redirected], staff)
    runs.begin(connection, begun, now)
    runs.redirect(connection, redirected)
    later = {run: [stage for stage in names if stage != progress.STARTED] for run, names in stages.items()}
    runs.note(connection, later, now)
    came = {stride.person: link for stride in strides if (link := _link(stride.event)) is not None}
    runs.arrived(connection, came)
    return frozenset(run.run for run in (*begun, *redirected) if run.test)


def _begun(connection: Connection, new: Sequence[Stride], staff: Collection[Address]) -> list[runs.Run]:
    slugs = {stride.after.campaign for stride in new if stride.after.campaign is not None}
    tests = campaigns.test_slugs(connection, slugs)
    return [
        runs.Run(
            run=stride.after.run,
            person=stride.person,
            campaign=stride.after.campaign,
            test=stride.address in staff or stride.after.campaign in tests,
            language=stride.after.language,
            shared=stride.after.shared,
        )
        for stride in new
    ]


def _link(event: Event) -> str | None:
    return event.campaign if isinstance(event, Started) else None
