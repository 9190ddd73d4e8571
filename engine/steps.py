"""Counts the pieces of a work that begins with a training as one whole."""

from __future__ import annotations

from collections.abc import Callable


class Steps:
    """The pieces done, of those of the training and of what comes after it.

    Parameters
    ----------
    progress : callable
        Called with (done, of), done never going back.
    after_training : int
        Pieces of work that follow.
    """

    def __init__(self, progress: Callable[[int, int], None], after_training: int) -> None:
        self._progress = progress
        self._after_training = after_training
        self._done, self._of = 0, 0

    def training(self, done: int, of: int) -> None:
        """Take the training's own progress, whose last piece is told as (1, 1)."""
        self._of = max(self._of, of + self._after_training)
        self.step()

    def step(self) -> None:
        """Note one piece of work."""
        self._done += 1
        self._progress(self._done, self._of)
