"""Who may speak for whom."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "opencasework.office.authority"
    label = "authority"

    def ready(self) -> None:
        """To whom a case may be passed on, for whom one waits, and whose clock runs on two that become one:
        cases do not know of this folder.
        """
        from django.db.models.signals import post_save

        from opencasework.office.authority import clocks_as_one, passing_on
        from opencasework.office.authority.models import Ask
        from opencasework.office.cases import transfers
        from opencasework.office.cases.models import Move, came_apart, status

        transfers.WITHOUT_AUTHORITY[:] = [passing_on.without_authority]
        status.AWAITED.append((status.Status.CONSTITUENT, Ask.objects.signing))
        post_save.connect(clocks_as_one.when_moved, sender=Move)
        came_apart.connect(clocks_as_one.when_apart)
