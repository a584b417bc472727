"""Campaign mail: many nearly identical messages, one decision and one answer."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "opencasework.office.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from opencasework.office.campaigns.rows import folded, rows_for
        from opencasework.office.inbox.models import messages
        from opencasework.office.inbox.showing import GATHERED

        messages.FOLDED.append(folded)
        GATHERED.append(rows_for)
