"""The office's own words on a case, beside the code list."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.tags.models import OwnWord


class CaseWord(models.Model):
    """One of the office's own words, put on a case. What is counted is the code it stands for."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="own_words")
    word = models.ForeignKey(OwnWord, on_delete=models.CASCADE, related_name="case_words")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "word"], name="a_word_once_on_a_case")]

    def __str__(self) -> str:
        return f"{self.word} on {self.case.reference}"
