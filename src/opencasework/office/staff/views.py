"""One's own account, and who works here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from opencasework.office.staff.forms import AccountForm, ColleagueForm, roles_given_by
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import MAY, May, StaffRequest, may, posted, staff_who_may

# The keys that work on many pages; those of one page stand on its buttons and behind “?”.
KEYS = (
    ("Ctrl K", "Find a person, case, reference or command"),
    ("?", "The keys of the page one is on"),
    ("J K", "The next and the previous row of a list"),
    ("Enter", "Open the row one is on"),
    ("X", "Select the row one is on"),
    ("N", "Write a note on a case"),
    ("L", "Write down a call"),
    ("W", "Write a letter on a case"),
    ("E", "Done: say what happens next on a case"),
    ("S", "Snooze"),
    ("Ctrl Enter", "Save or send what one is writing"),
    ("F6", "The next region of the window"),
    ("Esc", "Close what is in front"),
    ("Z", "Undo, where a message offers it"),
)


@require_http_methods(["GET", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """Who one is here, what one may do, and how the pages behave."""
    staff = request.user
    form = AccountForm(posted(request), initial={"keyboard_shortcuts": staff.keyboard_shortcuts})
    if request.method == "POST" and form.is_valid():
        staff.keyboard_shortcuts = form.cleaned_data["keyboard_shortcuts"]
        staff.save(update_fields=["keyboard_shortcuts"])
        messages.success(request, "Saved.")
        return redirect("account")
    context = {
        "rail": "settings",
        "form": form,
        "may_manage": may(staff, May.MANAGE_OFFICE),
        "may_open_restricted": may(staff, May.OPEN_RESTRICTED),
        "sees_record": may(staff, May.SEE_RECORD),
        "acts": [act.value for act in May if act in MAY.get(staff.role, set())],
    }
    return render(request, "staff/account.html", context)


@require_GET
def signed_in(request: StaffRequest) -> HttpResponse:
    """Where one comes who signed in in a second tab, because something waits in the first."""
    return render(request, "staff/signed_in.html", {"rail": ""})


@require_GET
def staff(request: StaffRequest) -> HttpResponse:
    """Who works here, and as what."""
    people = StaffMember.objects.order_by("-is_active", "first_name", "username")
    context = {"rail": "settings", "people": people, "may_manage": may(request.user, May.MANAGE_OFFICE)}
    return render(request, "staff/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def colleague(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a colleague's role, or say that they have left."""
    found = get_object_or_404(StaffMember, pk=pk)
    if found == request.user or found.role not in dict(roles_given_by(request.user)):
        whose = "your own account" if found == request.user else f"the account of {found}"
        messages.warning(request, f"You cannot change {whose}. Ask somebody whose role may do more.")
        return redirect("staff")
    initial = {"role": found.role, "is_active": found.is_active}
    form = ColleagueForm(posted(request), by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        found.role, found.is_active = form.cleaned_data["role"], form.cleaned_data["is_active"]
        found.save(update_fields=["role", "is_active"])
        messages.success(request, f"Saved: {found}, {found.get_role_display()}.")
        return redirect("staff")
    context = {"rail": "settings", "form": form, "person": found}
    return render(request, "staff/colleague.html", context, status=422 if form.is_bound else 200)


@require_GET
def help_page(request: StaffRequest) -> HttpResponse:
    """What is where, and the keys: the page behind “?” for whoever works without scripts."""
    may_here = {act.name: may(request.user, act) for act in May}
    return render(request, "staff/help.html", {"may_here": may_here, "keys": KEYS})
