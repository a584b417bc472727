"""Work shared out over the processors of this machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

MOST = 4  # processes; each holds what it works on, and a national build may take 1 GB in all

RARELY = (50_000, 20, 20)  # objects more, and rounds, before Python looks for rings of objects


def collect_rarely() -> None:
    """Let this process look for rings of objects less often: a build makes few, and looking takes a tenth."""
    gc.set_threshold(*RARELY)


@contextmanager
def every_core(begin: Callable[..., None] | None = None, *given: Any) -> Iterator[ProcessPoolExecutor]:
    """A pool of one process for each processor, at most four; each calls `begin(*given)` first.

    They are fresh ones: a copy of one that runs threads (a test, an engine) could stop for ever. When one
    part fails the others that have not begun are dropped.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(cores, MOST), context, _begin, (begin, *given)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(begin: Callable[..., None] | None, *given: Any) -> None:
    collect_rarely()
    if begin:
        begin(*given)
