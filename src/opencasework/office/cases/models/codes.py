"""The codes a case is counted by: how it came, and how its issues ended."""

from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    PHONE = "phone", "Phone"
    SURGERY = "surgery", "Surgery or visit"
    WEB = "web", "Web form"
    SOCIAL = "social", "Social media"
    REFERRAL = "referral", "Referral"


class Outcome(models.TextChoices):
    """How an issue ended; the codes are those of the standard."""

    PUT_RIGHT = "put-right", "Put right"
    PART_PUT_RIGHT = "part-put-right", "Partly put right"
    MONEY_RECOVERED = "money-recovered", "Money recovered"
    APOLOGY = "apology", "Apology"
    EXPLAINED = "explained", "Decision explained"
    NOT_UPHELD = "not-upheld", "Not upheld"
    ADVISED = "advised", "Advised"
    REFERRED = "referred", "Referred"
    WITHDREW = "withdrew", "Person withdrew"
    LOST_TOUCH = "lost-touch", "Lost touch"
