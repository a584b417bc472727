"""Whether the office wants suggestions, what they were learned from, and having it forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opencasework.office.inbox.models import Lesson, SuggestionSettings
from opencasework.office.inbox.suggesting import lessons, results, teaching
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may
from opencasework.office.tags.models import Category

ACTS = {
    "on": "Suggestions are on.",
    "off": "Suggestions are off, and what was learned is forgotten.",
    "learn": "It will be learned anew within a few minutes.",
    "forget": "Forgotten. The words of the code list are what is left.",
}
MOST_LISTED = 12


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def settings(request: StaffRequest) -> HttpResponse:
    """Suggestions about messages: on or off, learn now, forget."""
    act = request.POST.get("act", "")
    if request.method == "POST":
        if act not in ACTS:
            messages.error(request, "Press one of the buttons.")
            return redirect("suggestion-settings")
        if act in ("on", "off"):
            SuggestionSettings.objects.update_or_create(pk=1, defaults={"is_on": act == "on"})
        if act in ("off", "forget"):
            teaching.forget()
        if act == "learn":
            teaching.ask()
        messages.success(request, ACTS[act])
        return redirect("suggestion-settings")
    lesson = Lesson.objects.exclude(learned_at=None).order_by("-pk").first()
    weights = lessons.in_force()
    labels = dict(Category.objects.values_list("code", "label"))
    counted = sorted((weights.by_code if weights else {}).items(), key=lambda each: (-each[1], each[0]))
    shares, decided = results.shares(request.user)
    context = {
        "rail": "settings",
        "is_on": lessons.wanted(),
        "lesson": lesson,
        "waiting": Lesson.objects.filter(learned_at=None, problem="").exists(),
        "problem": Lesson.objects.exclude(problem="").order_by("-pk").first(),
        "enough": teaching.ENOUGH,
        "shares": shares,
        "decided": decided,
        "days": results.COUNTED_DAYS,
        "counted": [(labels.get(code, code), number) for code, number in counted[:MOST_LISTED]],
    }
    return render(request, "inbox/suggestion_settings.html", context)
