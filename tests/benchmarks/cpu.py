"""CPU time of small pieces of work: the median, after a warm-up, with numerical libraries held to one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

WARM_UP = 15
REPEATS = 60

Case = TypeVar("Case")


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread, so that CPU time is what one worker would need."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def milliseconds(work: Callable[[Case], object], cases: Iterable[Case]) -> float:
    """Return the median CPU time of ``work`` on one case each time, so that no answer is found in a cache by chance."""
    costs = []
    for case in islice(cases, WARM_UP + REPEATS):
        start = time.process_time()
        work(case)
        costs.append(time.process_time() - start)
    return 1000 * statistics.median(costs[WARM_UP:])
