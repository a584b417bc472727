"""How many letters go to a body: not a letter factory."""

from django.apps import AppConfig


class VolumesConfig(AppConfig):
    name = "opencasework.office.volumes"
    label = "volumes"

    def ready(self) -> None:
        from opencasework.office.letters import actions
        from opencasework.office.volumes.checking import checks
        from opencasework.office.volumes.gathering import put_the_others

        actions.MORE_CHECKS.append(checks)
        actions.AFTER_LEAVING.append(put_the_others)
