"""What the person hears from the office."""

from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "opencasework.office.telling"
    label = "telling"

    def ready(self) -> None:
        """A word that was written down as given can be taken back from its line."""
        from opencasework.office.cases import taking_back
        from opencasework.office.cases.models import Event, open_again
        from opencasework.office.telling import actions

        taking_back.add_sort(
            taking_back.Sort(Event.Kind.CALL, actions.stands, actions.not_told, told_by="word")
        )
        open_again.connect(actions.when_open_again)
