"""The right route: what to do with a problem, which time limits run, and what the office decided."""

from django.apps import AppConfig


class RoutesConfig(AppConfig):
    name = "opencasework.office.routes"
    label = "routes"

    def ready(self) -> None:
        """Its card on the page of a case, and what last days go by: cases do not know of routes."""
        from django.db.models.signals import post_save

        from opencasework.office.bodies import views as bodies
        from opencasework.office.cases import cards, closings
        from opencasework.office.cases.models import Issue, Move, came_apart, open_again
        from opencasework.office.routes import actions, keeping, opinions, schemes, views

        cards.IN_PLACE["route_card"] = views.card
        bodies.WHO_LOOKS.append(schemes.said_of)
        closings.LEFT_UNDONE += [keeping.left_by_closing, opinions.left_by_closing]
        actions.WHEN_DATED.append(keeping.keep)
        post_save.connect(keeping.when_problem_saved, sender=Issue)
        post_save.connect(keeping.when_moved, sender=Move)
        came_apart.connect(keeping.when_apart)
        open_again.connect(keeping.when_open_again)
