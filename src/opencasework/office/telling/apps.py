"""What the person hears from the office."""

from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "opencasework.office.telling"
    label = "telling"

    def ready(self) -> None:
        """A word that was written down as given can be taken back: from its line, or with its letter."""
        from opencasework.office.cases import taking_back
        from opencasework.office.cases.models import Event
        from opencasework.office.letters import leaving
        from opencasework.office.telling import actions

        taking_back.add_sort(
            taking_back.Sort(Event.Kind.CALL, actions.stands, actions.not_told, told_by="word")
        )
        leaving.WHEN_CALLED_BACK.append(actions.owe_again)
