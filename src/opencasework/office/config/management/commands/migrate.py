"""Django's own `migrate`, which leaves tables alone that it could only break."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from opencasework.office.config.earlier import made_before_the_first_version


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if trouble := made_before_the_first_version():
            raise CommandError(trouble)
        super().handle(*args, **options)
