"""Replies that are due."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChasingConfig(AppConfig):
    name = "opencasework.office.chasing"
    label = "chasing"

    def ready(self) -> None:
        from opencasework.office.bodies import succeeded
        from opencasework.office.cases.models import open_again
        from opencasework.office.chasing.actions import holds, why_it_stays_gone
        from opencasework.office.chasing.addressing import check_of, notes_of
        from opencasework.office.chasing.rung_meanwhile import calls_of
        from opencasework.office.chasing.standard import load_ladder
        from opencasework.office.chasing.succession import (
            choose_anew,
            hand_on_late,
            hand_on_letter,
            in_force,
        )
        from opencasework.office.chasing.waited import days_of
        from opencasework.office.letters import leaving, panels

        succeeded.SUCCESSORS.append(in_force)
        leaving.MORE_CHECKS += [holds, calls_of, check_of, choose_anew, days_of]
        leaving.WHEN_LEFT.append(hand_on_letter)
        panels.MORE_TO_SAY.append(notes_of)
        leaving.STAYS_GONE.append(why_it_stays_gone)
        open_again.connect(hand_on_late)
        # After the letters have loaded their wordings: apps migrate in the order they are installed.
        post_migrate.connect(load_ladder, sender=self)
