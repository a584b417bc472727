"""The right route: what to do with a problem, which time limits run, and what the office decided."""

from django.apps import AppConfig


class RoutesConfig(AppConfig):
    name = "opencasework.office.routes"
    label = "routes"

    def ready(self) -> None:
        """Its card on the page of a case: cases do not know of routes."""
        from opencasework.office.cases import cards
        from opencasework.office.routes import views

        cards.IN_PLACE["route_card"] = views.card
