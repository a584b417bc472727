"""Referrals: a complaint to its ombudsman, and a case to and from partners."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "opencasework.office.referrals"
    label = "referrals"

    def ready(self) -> None:
        from opencasework.office.referrals import hooks

        hooks.join()
