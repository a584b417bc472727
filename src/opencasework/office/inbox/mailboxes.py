"""The mailboxes the office collects from: how each fares, for everybody; changing them, for a manager."""

from __future__ import annotations

import hmac

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.inbox import signing_in, watching
from opencasework.office.inbox.connecting import CannotCollect, ServerFolder, check
from opencasework.office.inbox.mailbox_forms import FoldersForm, MailboxForm
from opencasework.office.inbox.models import Mailbox, MailboxCursor
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

# What we remember in a person's session while they are with Microsoft or Google.
CONSENT = "mailbox_consent"


@require_GET
def mailboxes(request: StaffRequest) -> HttpResponse:
    """Every mailbox: when it last received, when we last looked, and each of its folders."""
    troubles = {trouble.mailbox.pk: trouble for trouble in watching.troubles()}
    cursors: dict[int, dict[str, MailboxCursor]] = {}
    for cursor in MailboxCursor.objects.all():
        cursors.setdefault(cursor.mailbox_id, {})[cursor.folder] = cursor
    shown = [
        {
            "box": box,
            "trouble": troubles.get(box.pk),
            "folders": [
                {"name": folder, "cursor": cursors.get(box.pk, {}).get(folder)} for folder in box.folders
            ],
        }
        for box in Mailbox.objects.all()
    ]
    context = {"rail": "settings", "shown": shown, "may_manage": may(request.user, May.MANAGE_OFFICE)}
    return render(request, "inbox/mailboxes.html", context)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def new(request: StaffRequest) -> HttpResponse:
    """Add a mailbox."""
    return _edit(request, Mailbox(), "")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    """Change how a mailbox is collected."""
    box = get_object_or_404(Mailbox, pk=pk)
    return _edit(request, box, box.sign_in)


def _edit(request: StaffRequest, box: Mailbox, sign_in_now: str) -> HttpResponse:
    sign_in = request.GET.get("sign_in", "")
    if sign_in not in Mailbox.SignIn.values:
        sign_in = sign_in_now or Mailbox.SignIn.PASSWORD.value
    form = MailboxForm(posted(request), instance=box, sign_in=sign_in)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if saved.needs_consent:
            messages.success(request, f"Saved: {saved}. Sign in to it now, so that we may collect.")
        else:
            messages.success(request, f"Saved: {saved}. Test it now.")
        return redirect("mailbox-state", saved.pk)
    context = {
        "rail": "settings",
        "form": form,
        "box": box if box.pk else None,
        "sign_in": sign_in,
        "ways": Mailbox.SignIn.choices,
        "silence": watching.longest_silence(box) if box.pk else None,
    }
    return render(request, "inbox/mailbox_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def state(request: StaffRequest, pk: int) -> HttpResponse:
    """One mailbox: try it out (a POST signs in and lists its folders), sign in, pause, remove."""
    box = get_object_or_404(Mailbox, pk=pk)
    there: list[ServerFolder] = []
    problems: list[str] = []
    if request.method == "POST":
        try:
            checked = check(box)
        except CannotCollect as error:
            problems = [str(error)]
        else:
            there, problems = checked.folders, checked.problems
            # Only what the test has proved: a folder that is gone still is.
            if not problems:
                box.try_at_once()
                box.save(update_fields=Mailbox.FARING)
    context = {
        "rail": "settings",
        "box": box,
        "tested": request.method == "POST",
        "problems": problems,
        "collected": _collected(box),
        "folders_form": _folders_form(box, there) if there else None,
        "redirect_to": _consent_address(request),
        "asks_consent": box.sign_in in {Mailbox.SignIn.MICROSOFT, Mailbox.SignIn.GOOGLE},
        "issuer": signing_in.issuer(box),
    }
    return render(request, "inbox/mailbox_state.html", context)


def _collected(box: Mailbox) -> list[tuple[str, int]]:
    """How many messages each of its folders has brought. It counts them all: for one mailbox's page only."""
    counted = box.arrivals.order_by().values_list("folder").annotate(Count("pk"))
    numbers = dict(counted.filter(folder__in=box.folders))
    return [(folder, numbers.get(folder, 0)) for folder in box.folders]


def _folders_form(box: Mailbox, there: list[ServerFolder]) -> FoldersForm:
    choices = [
        (folder.name, f"{folder.name} ({folder.messages} message{'' if folder.messages == 1 else 's'})")
        for folder in there
    ]
    return FoldersForm(choices=choices, initial={"folders": box.folders})


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def folders(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose among the folders on the server."""
    box = get_object_or_404(Mailbox, pk=pk)
    given = [name for name in request.POST.getlist("folders") if name and len(name) <= 200]
    if not given:
        messages.error(request, "Tick at least one folder, or pause the mailbox instead.")
        return redirect("mailbox-state", pk)
    box.folders = list(dict.fromkeys(given))
    box.try_at_once()
    box.save(update_fields=["folders", *Mailbox.FARING])
    messages.success(request, f"Saved: {len(box.folders)} of the folders of {box} are collected.")
    return redirect("mailboxes")


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop collecting from a mailbox for a while, or go on."""
    box = get_object_or_404(Mailbox, pk=pk)
    box.enabled = request.POST.get("enabled") == "yes"
    box.try_at_once()
    box.save(update_fields=["enabled", *Mailbox.FARING])
    words = "is collected again" if box.enabled else "is not collected until you go on with it"
    messages.success(request, f"{box} {words}.")
    return redirect("mailboxes")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a mailbox. What was collected from it stays, and so does everything on the server."""
    box = get_object_or_404(Mailbox, pk=pk)
    if request.method == "POST":
        box.delete()
        messages.success(request, f"{box} is removed. Its messages stay here and on the server.")
        return redirect("mailboxes")
    return render(request, "inbox/mailbox_removal.html", {"rail": "settings", "box": box})


# --- signing in with Microsoft or Google ---------------------------------------------------------------


def _consent_address(request: StaffRequest) -> str:
    return request.build_absolute_uri(reverse("mailbox-consented"))


@require_GET
@staff_who_may(May.MANAGE_OFFICE)
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a manager to Microsoft or Google, to agree that we may read this mailbox."""
    box = get_object_or_404(Mailbox, pk=pk)
    if box.sign_in not in {Mailbox.SignIn.MICROSOFT, Mailbox.SignIn.GOOGLE}:
        messages.warning(request, f"{box} is not signed in to that way.")
        return redirect("mailbox-state", pk)
    address, state, verifier = signing_in.consent_page(box, redirect_to=_consent_address(request))
    request.session[CONSENT] = {"mailbox": box.pk, "state": state, "verifier": verifier}
    return redirect(address)


@require_GET
@staff_who_may(May.MANAGE_OFFICE)
def consented(request: StaffRequest) -> HttpResponse:
    """Where Microsoft or Google send them back. Only an answer to our own question counts, and only once."""
    asked = request.session.pop(CONSENT, None)
    ours = asked is not None and hmac.compare_digest(
        asked["state"].encode(), request.GET.get("state", "").encode()
    )
    box = Mailbox.objects.filter(pk=asked["mailbox"]).first() if asked and ours else None
    if asked is None or box is None:
        messages.error(
            request, "That answer belongs to no question of ours. Open the mailbox and sign in from there."
        )
        return redirect("mailboxes")
    if "code" not in request.GET:
        messages.error(request, f"{signing_in.issuer(box)} did not let us in to {box}. Nothing was changed.")
        return redirect("mailbox-state", box.pk)
    try:
        signing_in.accept_consent(
            box,
            code=request.GET["code"],
            verifier=asked["verifier"],
            redirect_to=_consent_address(request),
        )
    except (signing_in.SignInRefused, signing_in.SignInAway) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"Signed in to {box}. Test it now.")
    return redirect("mailbox-state", box.pk)
