"""What has to happen last in a transaction: after everything else, before the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

Act = Callable[[], None]


class ActsBeforeCommit:
    """Mixed into a database backend. Where the last act fails, the whole transaction is taken back."""

    last_act: Act | None = None
    in_atomic_block: bool

    def connect(self) -> None:
        self.last_act = None  # of a connection that was lost, so is its transaction
        super().connect()  # type: ignore[misc]

    def commit(self) -> None:
        act, self.last_act = self.last_act, None
        if act is not None:
            self.in_atomic_block = True  # Django has left the block already; the transaction still runs
            try:
                act()
            except BaseException:
                self.in_atomic_block = False
                self.rollback()
                raise
            self.in_atomic_block = False
        super().commit()  # type: ignore[misc]

    def rollback(self) -> None:
        self.last_act = None
        super().rollback()  # type: ignore[misc]


def last_act() -> Act | None:
    """What the transaction one is in will do at its end."""
    here: Any = connection
    act: Act | None = here.last_act
    return act


def do_last(act: Act | None) -> None:
    """Do this, in the place of anything said before, at the end of the transaction one is in."""
    here: Any = connection
    here.last_act = act
