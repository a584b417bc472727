"""Files brought in with the browser: dropped on the inbox or chosen on a page, and what came of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.inbox import showing, uploads
from opencasework.office.inbox.models import Message, Upload
from opencasework.office.kit.limits import LARGEST_BRING_IN, LARGEST_REQUEST
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

MB = 1024 * 1024
LISTED = 20


def running(staff: StaffMember) -> QuerySet[Upload]:
    """What this colleague brought in and is not taken in yet."""
    return Upload.objects.filter(by=staff, finished_at=None, complete_at__isnull=False)


def limits() -> dict[str, int]:
    """What the form says about sizes, in MB."""
    return {"largest": LARGEST_BRING_IN // MB, "without_scripts": LARGEST_REQUEST // MB - 4}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def files(request: StaffRequest) -> HttpResponse:
    """Choose files, and see what came of the last days’ ones. POST brings them in without scripts."""
    problem = ""
    if request.method == "POST":
        chosen: list[UploadedFile[Any]] = request.FILES.getlist("files")
        try:
            upload = uploads.begin([(each.name or "", each.size or 0) for each in chosen], by=request.user)
        except uploads.TooMuch as error:
            problem = str(error)
        else:
            for index, file in enumerate(chosen):
                uploads.copy_whole(upload, index, file)
            _arrived(upload)
            return redirect("upload", upload.key)
    recent = Upload.objects.filter(by=request.user, created_at__gt=timezone.now() - uploads.LISTED_FOR)
    listed = [came_of(each, request.user) for each in recent[:LISTED]]
    context = {"rail": "inbox", "uploads": listed, "problem": problem, "limits": limits()}
    return render(request, "inbox/files.html", context, status=422 if problem else 200)


@require_POST
@staff_who_may(May.TRIAGE)
def begun(request: StaffRequest) -> HttpResponse:
    """Announce files by `name` and `size`; the answer says where their pieces go."""
    names, sizes = request.POST.getlist("name"), request.POST.getlist("size")
    numbers = [row_number(size) or 0 for size in sizes]
    try:
        upload = uploads.begin(list(zip(names, numbers, strict=False)), by=request.user)
    except uploads.TooMuch as error:
        return JsonResponse({"problem": str(error)}, status=422)
    return JsonResponse({name: reverse(name, args=[upload.key]) for name in ("upload", "upload-pieces")})


@require_POST
@staff_who_may(May.TRIAGE)
def pieces(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """The next piece of a file. The answer says how many bytes of it are here, to go on from there."""
    upload = _find(request, key)
    index, offset = row_number(request.POST.get("file")), row_number(request.POST.get("offset"))
    piece = request.FILES.get("piece")
    if index is None or offset is None or index >= len(upload.files):
        return JsonResponse({"problem": "This piece belongs to no file that was announced."}, status=422)
    here = uploads.put_piece(upload, index, offset, piece.chunks() if piece else [])
    is_whole = upload.complete_at is not None or _arrived(upload)
    return JsonResponse({"here": here, "complete": is_whole})


def _arrived(upload: Upload) -> bool:
    """Take a few small files in right away, so that nobody has to wait for the worker's next turn."""
    if not uploads.complete(upload):
        return False
    if upload.size <= uploads.SMALL:
        uploads.take_in_files(upload)
    return True


@require_safe
@staff_who_may(May.TRIAGE)
def upload(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """How far some files are, and in the end what came of them."""
    context = {"rail": "inbox", "came": came_of(_find(request, key), request.user)}
    return render(request, "inbox/_upload.html" if request.htmx else "inbox/upload.html", context)


@require_POST
@staff_who_may(May.TRIAGE)
def forgotten(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """Take a result off the list. The messages stay; files that never came whole are removed."""
    found = _find(request, key)
    if found.finished_at is None and found.complete_at is not None:
        messages.error(request, "It is being taken in just now. Wait until it is done.")
    else:
        uploads.remove(found)
    return redirect("files")


def _find(request: StaffRequest, key: uuid.UUID) -> Upload:
    return get_object_or_404(Upload, key=key, by=request.user)


def came_of(upload: Upload, staff: StaffMember) -> dict[str, Any]:
    """What a page shows of an upload: its numbers, its messages as far as one may see them, its problems."""
    result = upload.result
    visible = Message.objects.visible_to(staff)
    return {
        "upload": upload,
        "new": showing.listed(visible.filter(pk__in=result.get("new_messages", [])).newest_first()),
        "known": showing.listed(visible.filter(pk__in=result.get("known_messages", [])).newest_first()),
        "counts": result,
        "problems": result.get("problems", []),
    }
