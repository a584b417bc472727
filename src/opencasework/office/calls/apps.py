"""Whom to ring, about how many cases at once, and what a call came to."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "opencasework.office.calls"
    label = "calls"

    def ready(self) -> None:
        """What to have at hand for a call, and taking one back: cases do not know of these folders."""
        from opencasework.office.calls import actions, at_hand
        from opencasework.office.cases import ringing, taking_back
        from opencasework.office.cases.models import Event

        ringing.AT_HAND[:] = [at_hand.authority_on_file, at_hand.questions]
        ringing.WITHOUT_AUTHORITY[:] = [at_hand.without_authority]
        taking_back.add_sort(
            taking_back.Sort(
                Event.Kind.CALL, actions.stands, actions.not_so, told_by="noted", only_last=False
            )
        )
