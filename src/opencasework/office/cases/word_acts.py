"""The Tags page: the office's own words, what they stand for, and cleaning them up."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.cases import words
from opencasework.office.cases.models import Case, CaseQuerySet, Transfer
from opencasework.office.kit import dates
from opencasework.office.kit.words import unturned
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may
from opencasework.office.tags import equal
from opencasework.office.tags.forms import issue_choices, issue_named
from opencasework.office.tags.models import (
    Category,
    OwnWord,
    Sensitivity,
    Transferability,
    Urgency,
    WordChange,
    folded,
    level_label,
)

ROWS = 60
SHOWN = {
    "suggested": "Suggested merges",
    "once": "Used once",
    "unused": "Unused this year",
    "all": "All",
}


def target_named(text: str) -> str:
    """What words are to become, as somebody typed it. Raises ValidationError with a sentence."""
    for level in [*Urgency, *Sensitivity, *Transferability]:
        if folded(text) in {folded(level_label(level.value)), folded(level.value)}:
            return f"level:{level.value}"
    word = OwnWord.objects.in_use().filter(folded=folded(text)).first()
    if word is not None:
        return f"word:{word.pk}"
    return f"cat:{issue_named(text).category.code}"


class OwnWordForm(forms.Form):
    """A word of the office's own, and what it stands for."""

    word = forms.CharField(
        label="Your word",
        max_length=60,
        error_messages={"required": "Write the word."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stands_for = forms.CharField(
        label="Stands for",
        max_length=200,
        required=False,
        help_text="An issue of the code list, or a level such as “Urgency: Urgent”. The figures count that.",
        widget=forms.TextInput(attrs={"list": "issues-to-choose", "autocomplete": "off"}),
    )

    def clean_word(self) -> str:
        word = " ".join(unturned(str(self.cleaned_data["word"])).split())
        if not folded(word):
            raise ValidationError("Write a word with letters or figures in it.")
        if problem := equal.refused(word):
            raise ValidationError(problem)
        if OwnWord.objects.filter(folded=folded(word)).exists():
            raise ValidationError(f"“{word}” is on the list already.")
        if Category.objects.filter(label__iexact=word).exists():
            raise ValidationError(f"“{word}” is an issue of the code list. It needs no word of your own.")
        return word

    def clean_stands_for(self) -> str:
        text = str(self.cleaned_data["stands_for"]).strip()
        if not text:
            return ""
        target = target_named(text)
        if target.startswith("word:"):
            raise ValidationError("Choose an issue of the code list, or a level.")
        return target

    def save(self, *, by: StaffMember) -> OwnWord:
        kind, _, code = self.cleaned_data["stands_for"].partition(":")
        return OwnWord.objects.create(
            word=self.cleaned_data["word"],
            category=Category.objects.get(code=code) if kind == "cat" else None,
            level=code if kind == "level" else "",
            made_by=by,
        )


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def tags(request: StaffRequest) -> HttpResponse:
    """The office's own words with their use; POST adds one."""
    form = OwnWordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        word = form.save(by=request.user)
        means = f" It stands for {word.stands_for}." if word.stands_for else ""
        messages.success(request, f"“{word}” is on the list.{means}")
        return redirect("tags")
    return render(request, "cases/words.html", _page(request, form), status=422 if form.is_bound else 200)


def _page(request: StaffRequest, form: OwnWordForm) -> dict[str, object]:
    listed = words.used(request.user)
    sets = {
        "suggested": [each for each in listed if each.suggestion],
        "once": [each for each in listed if each.cases == 1],
        "unused": [each for each in listed if each.is_unused],
        "all": listed,
    }
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ("suggested" if sets["suggested"] else "all")
    since = timezone.localdate() - timedelta(days=words.UNUSED_DAYS)
    return {
        "rail": "tags",
        "form": form,
        "issue_choices": [*issue_choices(request.user), *((level_label(each), "") for each in _levels())],
        "segments": [(key, name, len(sets[key])) for key, name in SHOWN.items()],
        "show": show,
        "page": Paginator(sets[show], ROWS).get_page(request.GET.get("page")),
        "total": len(listed),
        "may_clean": may(request.user, May.MANAGE_OFFICE),
        "last_change": WordChange.objects.filter(undone_at=None).first(),
        "questions": _questions(request.user),
        "transfers": transfer_counts(request.user, since=since),
        "today": timezone.localdate(),
    }


def _levels() -> list[str]:
    return [*Urgency.values, *Sensitivity.values, *Transferability.values]


def _questions(staff: StaffMember) -> list[tuple[str, str, str, int]]:
    """The four tags, the question each answers, and how many values it has."""
    in_use = Category.objects.filter(issues__case__in=Case.objects.visible_to(staff)).distinct().count()
    return [
        ("issue", "Issue", "What is it about?", in_use),
        ("urgency", "Urgency", "How soon?", len(Urgency)),
        ("sensitivity", "Sensitivity", "Who may see it?", len(Sensitivity)),
        ("transferability", "Transferability", "Who can take it?", len(Transferability)),
    ]


def transfer_counts(staff: StaffMember, *, since: date) -> list[tuple[str, int]]:
    """How many offers to others were made since that day, and how they ended, over the viewer's cases."""
    offers = Transfer.objects.filter(offered_on__gte=since, case__in=Case.objects.visible_to(staff))
    answers = list(offers.values_list("answer", flat=True))
    names = {"": "Waiting for an answer, or none is due", **dict(Transfer.Answer.choices)}
    return [(str(name), answers.count(key)) for key, name in names.items() if answers.count(key)]


def _chosen(request: StaffRequest) -> list[OwnWord]:
    numbers = [number for number in request.POST.getlist("word") if number.isdigit()]
    return list(OwnWord.objects.visible_to(request.user).in_use().filter(pk__in=numbers))


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def merge(request: StaffRequest) -> HttpResponse:
    """Say what the ticked words become; without a wish each becomes what is suggested. A page asks first."""
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, "Tick the words first.")
        return redirect("tags")
    wish = request.POST.get("into", "").strip()
    plan, problem = _plan(request, chosen, wish)
    if request.POST.get("act") == "away":
        _done(request, words.put_away(chosen, by=request.user))
    elif problem or "sure" not in request.POST:
        context = {
            "rail": "tags",
            "plan": plan,
            "chosen": chosen,
            "into": wish,
            "problem": problem,
            "issue_choices": [*issue_choices(request.user), *((level_label(each), "") for each in _levels())],
            "cases": _cases_with(chosen, request.user).count(),
        }
        return render(request, "cases/word_merge.html", context, status=422 if problem and wish else 200)
    else:
        for target, some in plan:
            _done(request, words.become(some, target.code, by=request.user))
    return redirect("tags")


def _plan(
    request: StaffRequest, chosen: list[OwnWord], wish: str
) -> tuple[list[tuple[words.Target, list[OwnWord]]], str]:
    """Which words become what; and a sentence where that cannot be."""
    if wish:
        try:
            code = target_named(wish)
        except ValidationError as error:
            return [], " ".join(error.messages)
        some = [word for word in chosen if code != f"word:{word.pk}"]
        if not some:
            return [], f"“{wish}” cannot be merged into itself. Choose what it becomes."
        return [(words.Target(code, wish), some)], ""
    by_pk = {each.word.pk: each.suggestion for each in words.used(request.user)}
    plan: dict[str, tuple[words.Target, list[OwnWord]]] = {}
    left = []
    for word in chosen:
        target = by_pk.get(word.pk)
        if target is None:
            left.append(word)
        else:
            plan.setdefault(target.code, (target, []))[1].append(word)
    names = ", ".join(f"“{word}”" for word in left)
    return list(plan.values()), f"Say what becomes of {names}." if left else ""


def _cases_with(chosen: list[OwnWord], staff: StaffMember) -> CaseQuerySet:
    return Case.objects.visible_to(staff).filter(own_words__word__in=chosen).distinct()


def _done(request: StaffRequest, change: WordChange) -> None:
    url = reverse("tags-undo", args=[change.pk])
    messages.success(request, f"{change.said}.", extra_tags=f"undo:{url}")


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Put words back as they were before a clean-up."""
    change = get_object_or_404(WordChange, pk=pk)
    if words.undo(change):
        numbers = [row["pk"] for row in change.before["words"]]
        is_known = OwnWord.objects.visible_to(request.user).filter(pk__in=numbers).count() == len(numbers)
        messages.success(
            request, f"Taken back: {change.said}." if is_known else "The last change is taken back."
        )
    else:
        messages.error(
            request,
            "That was taken back already, or is longer ago than 30 days. Change the words one by one.",
        )
    return redirect("tags")


@require_safe
@staff_who_may(May.WRITE_CASES)
def word(request: StaffRequest, pk: int) -> HttpResponse:
    """The cases one may see that carry a word."""
    found = get_object_or_404(OwnWord.objects.visible_to(request.user), pk=pk)
    page = Paginator(_cases_with([found], request.user).for_lists(), ROWS).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(case, dates.short(timezone.localdate(case.opened_at), today=today)) for case in page]
    return render(request, "cases/word.html", {"rail": "tags", "word": found, "page": page, "rows": rows})
