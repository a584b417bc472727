"""The office's own figures, for those who may see them, and what each of them counts."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from opencasework.office.figures import tables
from opencasework.office.figures.actions import catch_up
from opencasework.office.figures.breakdowns import BREAKDOWNS, NONE
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.figures.spreadsheets import as_csv
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may
from opencasework.office.tags.models import Category
from opencasework.standard.periods import months_to

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
ON_PAGE = 50


@require_safe
@staff_who_may(May.SEE_FIGURES)
def figures(request: StaffRequest) -> HttpResponse:
    """Twelve months of work, with a table beside every picture and the cases behind every number."""
    catch_up()
    months = _months(request.GET)
    # A hidden case is not even counted for those who may not know of it; publications count every case.
    seen = Fact.objects.visible_to(request.user)
    today = timezone.localdate()
    by_month = tables.by_month(seen, months, today=today)
    everything = "all" in request.GET
    context = {
        "rail": "figures",
        "months": months,
        "first": tables.month_name(months[0]),
        "last": tables.month_name(months[-1]),
        "choices": tables.choices(today),
        "by_month": by_month,
        # Our own SVG, escaped where it was made; the style sheet shows the one that fits.
        "chart": mark_safe(tables.chart(by_month, months, today=today)),
        "narrow_chart": mark_safe(tables.chart(by_month, months, today=today, narrow=True)),
        "unfinished": tables.month_name(months[-1]) if months[-1] == f"{today:%Y-%m}" else "",
        "pounds": tables.pounds(seen, months),
        "tables": [tables.broken_down(each, seen, months, everything=everything) for each in BREAKDOWNS],
    }
    return render(request, "figures/page.html", context)


@require_safe
@staff_who_may(May.SEE_FIGURES)
def download(request: StaffRequest) -> HttpResponse:
    """The same counts for a spreadsheet. They are the office's true counts, not for the public."""
    catch_up()
    months = _months(request.GET)
    response = HttpResponse(
        as_csv(tables.lines(Fact.objects.visible_to(request.user), months)),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="figures-{months[0]}-to-{months[-1]}.csv"'
    return response


@require_safe
@staff_who_may(May.SEE_FIGURES)
def cases(request: StaffRequest) -> HttpResponse:
    """What a number counts: its cases, and how many have gone since."""
    facts, said = _asked(Fact.objects.visible_to(request.user), request.GET)
    page = Paginator(
        facts.exclude(case=None)
        .select_related("case")
        .prefetch_related("case__case_people__person")
        .order_by("-on", "-pk"),
        ON_PAGE,
    ).get_page(request.GET.get("page"))
    topics = dict(Category.objects.values_list("code", "label"))
    gone = facts.filter(case=None).count()
    context = {
        "rail": "figures",
        "page": page,
        "said": said,
        "total": gone + page.paginator.count,
        "gone": gone,
        "rows": [(fact, topics.get(fact.category, "")) for fact in page],
    }
    return render(request, "figures/cases.html", context)


def _months(asked: QueryDict) -> list[str]:
    """The twelve months asked for; those up to now unless others are."""
    last = asked.get("to", "")
    return months_to(last if MONTH.fullmatch(last) else f"{timezone.localdate():%Y-%m}")


def _asked(seen: QuerySet[Fact], asked: QueryDict) -> tuple[QuerySet[Fact], list[str]]:
    """The facts behind a number, and the number in words. What is not understood is left out of both."""
    found, said = seen, []
    measure = asked.get("measure", "")
    if measure in Measure.values:
        found, said = found.filter(measure=measure), [str(Measure(measure).label)]
    for breakdown in BREAKDOWNS:
        code = asked.get(breakdown.key, "")
        if code == NONE:
            found = found.filter(**{breakdown.field: ""})
            said.append(breakdown.of_nothing.lower())
        elif code:
            within: Any = Q(**{breakdown.field: code})
            if breakdown.first_level:
                within |= Q(**{f"{breakdown.field}__startswith": f"{code}-"})
            found = found.filter(within)
            said.append(breakdown.names().get(code, code))
    first, last = asked.get("from", ""), asked.get("to", "")
    if MONTH.fullmatch(first) and MONTH.fullmatch(last):
        found = found.filter(period__gte=first, period__lte=last)
        names = [tables.month_name(first), tables.month_name(last)]
        said.append(names[0] if first == last else f"{names[0]} to {names[1]}")
    return found, said
