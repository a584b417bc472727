"""How allauth behaves here: nobody signs up by themselves."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NobodySignsUp(DefaultAccountAdapter):
    """The office manager adds staff (`casework staff add`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
