"""The pages of the form in their order, and which comes after which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opencasework.office.inbox.webform import forms
from opencasework.office.inbox.webform.answers import Answers
from opencasework.office.places.models import Office

Words = str | Promise


def always(_answers: Answers, _office: Office) -> bool:
    return True


def from_elsewhere(answers: Answers, office: Office) -> bool:
    """Whether the postcode given is known to be outside the area."""
    form = forms.PostcodeForm(answers.get("postcode", {}), office=office)
    return form.is_valid() and form.covered() is False


def for_somebody(answers: Answers, _office: Office) -> bool:
    return bool(answers.get("about", {}).get("about") == "somebody")


@dataclass(frozen=True)
class Step:
    """One page: its name in the address, its form, its title, and when it is asked."""

    name: str
    form: type[forms.Question]
    title: Words
    asked: Callable[[Answers, Office], bool] = always

    @property
    def template(self) -> str:
        special = {"postcode", "area", "files", "consent", "check"}
        return f"inbox/webform/{self.name if self.name in special else 'question'}.html"

    @property
    def has_one_question(self) -> bool:
        """Whether the only field's label is the heading of the page."""
        return len(self.form.base_fields) == 1 and self.name not in {"files", "consent", "check"}


STEPS = (
    Step("postcode", forms.PostcodeForm, _("Where do you live?")),
    Step("area", forms.AreaForm, _("Your postcode is in another area"), from_elsewhere),
    Step("happened", forms.HappenedForm, _("What happened?")),
    Step("wanted", forms.WantedForm, _("What would help?")),
    Step("about", forms.AboutForm, _("Who is this about?")),
    Step("them", forms.ThemForm, _("The person you are writing for"), for_somebody),
    Step("numbers", forms.NumbersForm, _("Do you have any reference numbers?")),
    Step("files", forms.FilesForm, _("Photographs and letters")),
    Step("you", forms.YouForm, _("How can we reach you?")),
    Step("reach", forms.ReachForm, _("How best to answer you")),
    Step("consent", forms.ConsentForm, _("What we may do with it")),
    Step("check", forms.CheckForm, _("Check your answers")),
)
BY_NAME = {step.name: step for step in STEPS}
CHECK = BY_NAME["check"]
# What a hidden field may bring back: texts, no files and nothing of the last page.
FIELDS = {step.name: set(step.form.base_fields) for step in STEPS if step.name not in {"files", "check"}}


def asked(answers: Answers, office: Office) -> list[Step]:
    """The pages this person sees, in order."""
    return [step for step in STEPS if step.asked(answers, office)]


def after(step: Step, answers: Answers, office: Office) -> Step:
    """The next page not seen yet; of somebody who came back to change an answer, the last one."""
    pages = asked(answers, office)
    later = pages[pages.index(step) + 1 :] if step in pages else pages
    if "consent" in answers:
        return next((page for page in pages if page is not CHECK and page.name not in answers), CHECK)
    return later[0] if later else CHECK


def first_wrong(answers: Answers, office: Office) -> Step | None:
    """The first page whose answers cannot be sent as they are."""
    for step in asked(answers, office):
        if step.name in {"files", "check"}:
            continue
        if not step.form(given(answers, step), office=office).is_valid():
            return step
    return None


def given(answers: Answers, step: Step) -> dict[str, Any]:
    """The answers of a page, as its form takes them."""
    return answers.get(step.name, {}) | from_before(step, answers)


def from_before(step: Step, answers: Answers) -> dict[str, Any]:
    """What a page's form has to know of an earlier one: how to answer, of what there is to answer to."""
    return answers.get("you", {}) if step.form is forms.ReachForm else {}


def cleaned(answers: Answers, office: Office) -> dict[str, Any]:
    """Every answer of every page asked, by field, as the forms understand it; without what is not valid."""
    found: dict[str, Any] = {}
    for step in asked(answers, office):
        if step.name not in {"files", "check"}:
            form = step.form(given(answers, step), office=office)
            form.is_valid()
            found |= form.cleaned_data
    return found
