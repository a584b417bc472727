"""Who may speak for whom."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "opencasework.office.authority"
    label = "authority"

    def ready(self) -> None:
        """To whom a case may be passed on, and for whom one waits: cases do not know of this folder."""
        from opencasework.office.authority import passing_on
        from opencasework.office.authority.models import Ask
        from opencasework.office.cases import transfers
        from opencasework.office.cases.models import status

        transfers.WITHOUT_AUTHORITY[:] = [passing_on.without_authority]
        status.AWAITED.append((status.Status.CONSTITUENT, Ask.objects.signing))
