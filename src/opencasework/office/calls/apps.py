"""Whom to ring, about how many cases at once, and what a call came to."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "opencasework.office.calls"
    label = "calls"

    def ready(self) -> None:
        """What to have at hand for a call beside the numbers: cases do not know of these folders."""
        from opencasework.office.calls import at_hand
        from opencasework.office.cases import ringing

        ringing.AT_HAND[:] = [at_hand.authority_on_file, at_hand.questions]
