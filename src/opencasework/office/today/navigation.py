"""What the frame of every page shows: the rail, whose counts are fetched after the page."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from opencasework.office.cases.models import Case
from opencasework.office.inbox import viewing
from opencasework.office.inbox.entry_forms import KINDS
from opencasework.office.inbox.watching import troubles
from opencasework.office.kit.addresses import address
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.places.models import Office
from opencasework.office.staff.counting import counted
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may
from opencasework.office.today import agenda
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Whose

# Key, words, URL name, icon, keys, group, and who sees it.
RAIL: tuple[tuple[str, str, str, str, str, str, May | None], ...] = (
    ("today", "My day", "today", "sun", "G D", "", None),
    ("inbox", "Inbox", "inbox", "inbox", "G I", "", May.TRIAGE),
    ("cases", "Cases", "cases", "folder", "G C", "", None),
    ("chasers", "Chasers", "chasers", "hourglass", "G H", "", None),
    ("letters", "Letters", "letters", "pen-line", "G L", "", None),
    ("referrals", "Referrals", "referrals", "landmark", "", "", None),
    ("bodies", "Bodies", "bodies", "building-2", "", "Office", None),
    ("people", "Constituents", "people", "users", "", "Office", None),
    ("campaigns", "Campaigns", "campaigns", "megaphone", "", "Office", May.TRIAGE),
    ("tags", "Tags", "tags", "tags", "", "Office", May.WRITE_CASES),
    ("figures", "Figures", "figures", "chart-column", "", "Office", May.SEE_FIGURES),
    ("publications", "Publications", "publications", "newspaper", "", "Office", May.SEE_FIGURES),
    ("settings", "Settings", "account", "settings", "", "Office", None),
)
ON_PHONE = ("today", "inbox", "cases")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page for a member of staff; nothing for a visitor or for a fragment, which has no frame.

    Lazy: a page that shows no rail asks the database nothing.
    """
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"shell": {"current": ""}}
    # Where one comes who finds no case: the same whether there is none or they may not see it.
    emergency = address("restricted-opening") if _may_open_restricted(request) else ""
    if getattr(request, "htmx", False):
        return {"shell": {"current": ""}, "emergency_url": emergency}
    return {"shell": SimpleLazyObject(lambda: _frame(request)), "emergency_url": emergency}


def _may_open_restricted(request: HttpRequest) -> bool:
    return isinstance(request.user, StaffMember) and may(request.user, May.OPEN_RESTRICTED)


def counts_for(request: HttpRequest) -> dict[str, int]:
    """Every count of the rail and of My day, asked once for a request."""
    if not hasattr(request, "office_counts"):
        staff = request.user
        assert isinstance(staff, StaffMember)
        day = Day(timezone.localdate())
        counts = counted(_sets, staff, day)
        if may(staff, May.TRIAGE):
            counts["untriaged"] = viewing.count_awake(cast(StaffRequest, request))  # as `staff` is
        request.office_counts = counts  # type: ignore[attr-defined]
    return request.office_counts  # type: ignore[no-any-return,attr-defined]


def _sets(staff: StaffMember, day: Day) -> dict[str, QuerySet[Any]]:
    return {
        "open_cases": Case.objects.visible_to(staff).open(),
        "overdue": on_visible_cases(Enquiry.objects.to_remind(on=day.today), staff),
        "drafts": on_visible_cases(Letter.objects.drafts(), staff),
        **agenda.sets(staff, Whose.MINE, day),
    }


def _frame(request: HttpRequest) -> dict[str, Any]:
    staff = request.user
    assert isinstance(staff, StaffMember)
    # Counting costs more than the rest of many a page: only one that has counted itself shows them at once.
    is_counted = hasattr(request, "office_counts")
    shown = shown_counts(counts_for(request)) if is_counted else {}
    items = []
    for key, label, name, icon, shortcut, group, act in RAIL:
        if act is None or may(staff, act):
            count, late = shown.get(key, (0, False))
            items.append(
                {
                    "key": key, "label": label, "url": address(name), "icon": icon, "shortcut": shortcut,
                    "group": group, "count": count, "late": late,
                }
            )  # fmt: skip
    office = Office.if_any()
    return {
        "current": "",
        # For everybody, on every page: mail that stays away is not missed by itself.
        "alarms": troubles(nation=office.nation if office else None),
        "mailboxes_url": address("mailboxes"),
        "items": items,
        "phone_items": [item for item in items if item["key"] in ON_PHONE],
        "counts_url": "" if is_counted else address("rail-counts"),
        "note": "Demo office. Every person and place here is invented." if office and office.is_demo else "",
        "settings_url": address("account"),
        "help_url": address("help"),
        "entries": list(KINDS.values()) if may(staff, May.TRIAGE) else [],
        "new_case_url": address("case-new") if may(staff, May.WRITE_CASES) else "",
        "keys": "" if staff.keyboard_shortcuts else "off",
    }


def shown_counts(counts: dict[str, int]) -> dict[str, tuple[int, bool]]:
    """The number beside an entry of the rail, by its key, and whether something of it is late."""
    mine_late = agenda.total(counts, Whose.MINE, "late")
    return {
        "today": (mine_late + agenda.total(counts, Whose.MINE, "today"), mine_late > 0),
        "inbox": (counts.get("untriaged", 0), False),
        "cases": (counts["open_cases"], False),
        "chasers": (counts["overdue"], counts["overdue"] > 0),
        "letters": (counts["drafts"], False),
    }
