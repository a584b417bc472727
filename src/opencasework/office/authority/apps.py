"""Who may speak for whom."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "opencasework.office.authority"
    label = "authority"

    def ready(self) -> None:
        from opencasework.office.authority.models import Ask
        from opencasework.office.cases.models import status

        status.AWAITED.append((status.Status.CONSTITUENT, Ask.objects.signing))
