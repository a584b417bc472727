"""The lines between two effects that the outside world can see, where a test may end the process."""

from __future__ import annotations

from collections.abc import Callable

# What a test installs, to prove that nothing is lost or doubled wherever the machine dies. None in an office.
on_step: Callable[[], None] | None = None


def step() -> None:
    """Stands between two such effects. Does nothing but in those tests."""
    if on_step is not None:
        on_step()
