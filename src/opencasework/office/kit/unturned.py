"""Rows whose names and titles stand in the middle of other words, and turn none of them round."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opencasework.office.kit.words import unturned


class Unturned(models.Model):
    """A row of which some texts turn nothing round, by whichever way they come: form, import or message."""

    UNTURNED: ClassVar[tuple[str, ...]] = ()  # the fields

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        for field in self.UNTURNED:
            setattr(self, field, unturned(getattr(self, field)))
        super().save(*args, **kwargs)
