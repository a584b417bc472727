"""How a case ended: every problem of it on one screen, the money, and what changed for the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opencasework.office.cases.forms import NO_OUTCOME, NOT_MONEY, ClosureForm, PoundsField
from opencasework.office.cases.models import Issue, Outcome

AS_ABOVE = ("", "As above")
HOW_MUCH = "Write how much was recovered, in pounds. The figures add it up."


def pounds_field(label: str) -> PoundsField:
    """An amount of money, beside an outcome."""
    return PoundsField(
        label=label,
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-10", "autocomplete": "off"}),
    )


def paid_before(issues: Sequence[Issue]) -> dict[str, Any]:
    """What the form of a closing begins with where pounds were recovered before the case was reopened."""
    if len(issues) == 1:
        return {"amount": issues[0].amount}
    return {f"amount_{issue.pk}": issue.amount for issue in issues}


class ClosingForm(ClosureForm):
    """One outcome for all open issues or one for each, money in pounds, and what changed.

    Of a case whose issues have all ended nothing is asked but the last two.
    """

    changed = forms.CharField(
        label="What changed for them?",
        required=False,
        max_length=1000,
        help_text="A sentence or two, as you would say it to them. It stands on the timeline and in the "
        "closing letter.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
    )
    letter = forms.BooleanField(
        label="Draft the closing letter, for you to read and send", required=False, initial=True
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the open issues that the page showed

    def __init__(self, *args: Any, issues: list[Issue], has_person: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.issues = issues
        if not has_person:
            del self.fields["letter"]
        if not issues:
            del self.fields["outcome"]
            del self.fields["amount"]
        for issue in issues if len(issues) > 1 else []:
            label = issue.category.label
            self.fields[f"outcome_{issue.pk}"] = forms.ChoiceField(
                label=f"{label}: how did it end?", required=False, choices=[AS_ABOVE, *Outcome.choices]
            )
            self.fields[f"amount_{issue.pk}"] = pounds_field(f"{label}: pounds recovered")
        if len(issues) > 1:
            self.fields["outcome"].required = False
            self.fields["outcome"].help_text = "For every issue. Where one ended otherwise, say so below."

    @property
    def shows(self) -> str:
        """The issues this page shows, as it sends them along."""
        return " ".join(str(issue.pk) for issue in self.issues)

    @property
    def pairs(self) -> list[tuple[Issue, Any, Any]]:
        """The issues that can end otherwise than the rest, each with its two fields."""
        if len(self.issues) < 2:
            return []
        return [(one, self[f"outcome_{one.pk}"], self[f"amount_{one.pk}"]) for one in self.issues]

    def clean_amount(self) -> Any:
        """For which issues it is asked is known when all are read."""
        return self.cleaned_data["amount"]

    def leaves_open(self, cleaned: dict[str, Any]) -> bool:
        """Whether nothing is to be closed; a form that does nothing else always closes."""
        return False

    def clean(self) -> dict[str, Any]:
        """Every issue has an end of its own or the one for all, and money recovered an amount."""
        cleaned = super().clean() or self.cleaned_data
        self.endings: dict[int, tuple[str, Any]] = {}
        if not self.issues or self.leaves_open(cleaned):
            return cleaned
        seen = (cleaned.get("seen") or "").split()
        new = [issue.category.label for issue in self.issues if seen and str(issue.pk) not in seen]
        if new:  # nobody ends an issue that a colleague added while they looked at the page
            self.add_error("outcome", f"{', '.join(new)} was added meanwhile. Say how that one ended too.")
        outcome, amount = cleaned.get("outcome") or "", cleaned.get("amount")
        as_above = [issue for issue in self.issues if not self._ends_otherwise(issue, cleaned, outcome)]
        own = sum(pounds for _code, pounds in self.endings.values() if pounds)
        if as_above and not outcome:
            self._ask("outcome", NO_OUTCOME)
        elif outcome != Outcome.MONEY_RECOVERED:
            if amount:
                self._ask("amount", NOT_MONEY)
            cleaned["amount"] = None
        elif not amount and not own:
            self._ask("amount", HOW_MUCH)
        elif amount and not as_above and amount != own:
            self._ask("amount", f"Each issue has pounds of its own, £{own:,.2f} together. Take this out.")
        return cleaned

    def _ends_otherwise(self, issue: Issue, cleaned: dict[str, Any], outcome: str) -> bool:
        """Whether something of its own is said of this issue, which is kept or asked for."""
        code, pounds = cleaned.get(f"outcome_{issue.pk}") or "", cleaned.get(f"amount_{issue.pk}")
        is_paid = (code or outcome) == Outcome.MONEY_RECOVERED
        if code or (is_paid and pounds):
            self.endings[issue.pk] = (code or outcome, pounds if is_paid else None)
            if is_paid and not pounds:
                self._ask(f"amount_{issue.pk}", HOW_MUCH)
        if pounds and (code or outcome) and not is_paid:
            self._ask(f"amount_{issue.pk}", NOT_MONEY)
        return issue.pk in self.endings

    def _ask(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    @property
    def ending(self) -> dict[str, Any]:
        """What `Case.close` takes."""
        given = self.cleaned_data
        return {
            "outcome": given.get("outcome") or "",
            "amount": given.get("amount"),
            "endings": self.endings,
            "changed": given["changed"].strip(),
        }
