"""How allauth behaves here: nobody signs up by themselves."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

log = logging.getLogger(__name__)


class NobodySignsUp(DefaultAccountAdapter):
    """The office manager adds staff (`casework staff add`)."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a reset link and the like. A mail server that is away is told to the log, not to a visitor."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.warning("A mail about an account could not be sent (%s).", type(error).__name__)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
