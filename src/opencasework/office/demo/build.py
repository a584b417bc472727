"""Builds the fictional office: the same seed and the same day give the same office."""

from __future__ import annotations

import hashlib
import random
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.glass import open_restricted
from opencasework.office.cases.models import Case, CaseNumber, Outcome
from opencasework.office.constituents.models import Person
from opencasework.office.demo import (
    authorities,
    calls,
    clocks,
    journeys,
    ledgers,
    letterhead,
    packs,
    people,
    post,
    reading,
    referring,
    sharing,
    telling,
    world,
    year_before,
)
from opencasework.office.demo.drawn_pdf import page_of
from opencasework.office.demo.lives import Office as Lives
from opencasework.office.demo.lives import end_row, live, open_row, person_row
from opencasework.office.demo.post import deliver, fill_inbox
from opencasework.office.demo.stories import MONTH_INDEX, POLICY_TITLES, SHARES, STORIES, WEEKDAY_SHARE, Story
from opencasework.office.demo.world import STAFF
from opencasework.office.figures.actions import gather
from opencasework.office.inbox.webform.models import WebForm
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.places.models import Office
from opencasework.office.publishing import actions as publishing
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category
from opencasework.standard.periods import day_after, months_of, months_to

PASSWORD = "wexcombe-demo-2026"  # of every demonstration sign-in; printed, and no real person's
YEAR_FROM = 200  # cases, from which on the last whole year is published too; fewer would show next to nothing
POLICY_SHARE = 0.3  # policy queries for each casework case


def build(*, cases: int, seed: int, today: date | None = None) -> None:
    """Fill an empty database with an office and its last year."""
    today = today or timezone.localdate()
    chance = random.Random(seed)
    # Of the invented office only: with a key of its own every copy would publish other roundings.
    settings.HOME.keep_key("publishing", hashlib.sha256(f"demonstration {seed}".encode()).hexdigest())
    settings.HOME.make_keys()
    with transaction.atomic():
        Office.objects.create(
            pk=1, member_name=world.MEMBER, member_kind="mp", post="demo/wexcombe-north",
            controller_name=world.MEMBER, area_name=world.AREA_NAME, area_code=world.AREA_CODE, nation="en",
            email=f"casework@{world.DOMAIN}", phone="01632 960200",
            address="12 Cloth Hall Street\nWexcombe\nWX3 1AA", postcode_prefixes=world.POSTCODE_PREFIXES, is_demo=True,
        )  # fmt: skip
        staff = _staff()
        bodies, contacts = _bodies()
        lives = Lives(
            today=today, chance=chance, staff=staff, bodies=bodies, contacts=contacts,
            categories={category.code: category for category in Category.objects.all()},
            scan_sha256=_scan(), population=world.Population(chance),
        )  # fmt: skip
        journeys.tell(lives)
        _year(lives, cases - len(lives.shelf.cases()) - ledgers.CASES)
        _policy(lives, int(cases * POLICY_SHARE))
        nkechi = ledgers.somebody(lives)
        telling.say(lives, seed=seed)
        _number(lives.shelf.cases())
        _web_form()
        lives.shelf.write_rows()
        deliver(lives.shelf)
        lives.shelf.write_events()
        of_nkechi = ledgers.tell(lives, nkechi)
        _share_restricted()
        authorities.tell(lives)
        clocks.tell(lives)
        sharing.tell(today)
        referring.tell(lives)
        packs.tell(lives)  # before the office wants second looks
        reading.tell(lives, of_nkechi)
        people.tell_more(today)
        letterhead.tell(today)
        telling.note_bodies(bodies, staff, today)
        telling.owe_words(today)
        calls.plan_calls(staff, today)
        fill_inbox(lives, seed=seed, campaign_size=min(post.CAMPAIGN_SIZE, cases))
        gather()
        _publish(staff, today)
        _emergency(staff)


def _web_form() -> None:
    """Anybody may write to the invented office."""
    WebForm.objects.create(
        pk=1,
        is_on=True,
        privacy_url=f"https://www.{world.DOMAIN}/privacy",
        intro="We answer within two working days. If somebody is in danger, ring 999 first.",
        intro_cy="Rydym yn ateb o fewn dau ddiwrnod gwaith. Os oes rhywun mewn perygl, ffoniwch 999 yn gyntaf.",
    )


def _staff() -> dict[str, StaffMember]:
    from allauth.account.models import EmailAddress

    password = make_password(PASSWORD)  # once: Argon2 is slow on purpose
    made = {}
    for colleague in STAFF:
        first, _, last = colleague.name.partition(" ")
        member = StaffMember.objects.create(
            username=colleague.username, first_name=first, last_name=last, role=colleague.role,
            email=f"{colleague.username}@{world.DOMAIN}", password=password,
        )  # fmt: skip
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        made[colleague.username] = member
    return made


def _bodies() -> tuple[dict[str, Body], dict[str, BodyContact]]:
    bodies = {body.code: body for body in Body.objects.select_related("parent")}
    for local in world.LOCAL_BODIES:
        bodies[local.code] = Body.objects.create(
            code=local.code, name=local.name, kind=local.kind, what_for=local.what_for, nation="en", is_local=True,
            parent=bodies.get(local.parent), reply_target_days=10 if local.kind == "council" else None,
        )  # fmt: skip
    desks = [
        BodyContact(body=bodies[code], name="Members' correspondence", email=email, phone="01632 960300")
        for code, email in world.DESKS.items()
    ]
    BodyContact.objects.bulk_create(desks)
    return bodies, {desk.body.code: desk for desk in desks}


def _scan() -> str:
    """A one-page PDF that stands for every signed form; returns its SHA-256."""
    content = page_of("Authority to act (an invented form of the demonstration office)")
    return BlobStore(settings.HOME.blobs).put(content)


def _days_of_the_year(lives: Lives, count: int) -> list[date]:
    """Days on which cases came in the last year: busy months, Mondays, and a few at weekends."""
    days = [lives.today - timedelta(days=back) for back in range(365)]
    weights = [MONTH_INDEX[day.month] * WEEKDAY_SHARE[day.weekday()] for day in days]
    return sorted(lives.chance.choices(days, weights, k=count))


def _year(lives: Lives, count: int) -> None:
    """Casework cases over the year, with the shares of a typical seat."""
    chance = lives.chance
    by_group: dict[str, list[Story]] = {}
    for story in STORIES:
        by_group.setdefault(story.category.split("-")[0], []).append(story)
    groups = [group for group in SHARES if group in by_group]
    weights = [SHARES[group] for group in groups]
    owners = [lives.staff[name] for name in world.CASEWORKERS]
    people: list[Person] = []
    for day in _days_of_the_year(lives, count):
        story = chance.choice(by_group[chance.choices(groups, weights)[0]])
        live(lives, story, day, chance.choices(owners, (5, 4, 4))[0], people)


def _policy(lives: Lives, count: int) -> None:
    """Views on law and policy: recorded and counted, apart from casework, and closed when answered."""
    for day in _days_of_the_year(lives, count):
        story = Story("POL-NAT", "", lives.chance.choice(POLICY_TITLES), "", "", "")
        person = person_row(lives, lives.population.somebody())
        case, issue = open_row(
            lives, person, story, day, channel="email", owner=lives.staff["tom"], kind=Case.Kind.POLICY
        )
        answered = lives.working_day(day + timedelta(days=lives.chance.randint(2, 12)))
        if answered <= lives.today:
            end_row(lives, case, [issue], Outcome.EXPLAINED, answered)
        else:
            case.next_action, case.next_action_on = "Answer with the member's view", answered


def _number(cases: list[Case]) -> None:
    """Give every case its reference, in the order they were opened, year by year."""
    last: dict[int, int] = {}
    for case in sorted(cases, key=lambda case: case.opened_at):
        year = timezone.localdate(case.opened_at).year
        last[year] = last.get(year, 0) + 1
        case.reference = f"OC-{year}-{last[year]:05d}"
    CaseNumber.objects.bulk_create([CaseNumber(year=year, last=number) for year, number in last.items()])


def _share_restricted() -> None:
    """A restricted case is known to its owner and to the member."""
    member = StaffMember.objects.get(username="amira")
    member.named_cases.set(Case.objects.filter(need_to_know=True))


def _emergency(staff: dict[str, StaffMember]) -> None:
    """While its caseworker was away a colleague opened a restricted case; they and the member have yet to read it."""
    hidden = Case.objects.filter(need_to_know=True).exclude(owner=staff["kofi"]).exclude(owner=None)
    case = hidden.order_by(models.F("closed_at").desc(nulls_first=True), "-opened_at").first()
    if case is None or case.owner is None:  # a small office has none
        return
    for who, hours in ((case.owner, 30), (staff["amira"], 27), (case.owner, 5)):
        at = timezone.now() - timedelta(hours=hours)
        Trace.objects.create(kind=Trace.Kind.VIEWED, by=who, case_id=case.pk, page="case", at=at)
    away = f"{case.owner.first_name} is on leave until Monday."
    reason = f"She rang in distress: her husband has found out where she is staying. {away}"
    open_restricted(reference=case.reference, reason=reason, by=staff["kofi"])


def _publish(staff: dict[str, StaffMember], today: date) -> None:
    """Sign all months but the last, each on the tenth of the month after; the last is a draft.

    A demonstration of some size has a whole calendar year out too. The last month that is signed goes the way
    of an office, with its attacks; those before it are written at once.
    """
    latest = publishing.last_full_month(today)
    # A small office may have had no case in the first of them.
    first = f"{timezone.localdate(Case.objects.earliest('opened_at').opened_at):%Y-%m}"
    months = [month for month in months_to(latest) if month >= first]
    year = year_before.whole_year(latest) if Case.objects.count() >= YEAR_FROM else ""
    if year:
        before = [month for month in months_of(year) if month < months[0]]
        year_before.publish_months(before, prepared_by=staff["tom"], signed_by=staff["amira"])
    at = {month: min(_tenth_after(month), timezone.now()) for month in months}
    early = {month: at[month] for month in months[:-2]}
    year_before.out_one_by_one(early, prepared_by=staff["tom"], signed_by=staff["amira"])
    for month in months[-2:]:
        publishing.prepare(month, by=staff["tom"], now=at[month])
        if month != latest:
            publishing.sign(month, by=staff["amira"], now=at[month])
    if year:
        publishing.prepare(year, by=staff["tom"], now=at[latest])
        publishing.sign(year, by=staff["amira"], now=at[latest])


def _tenth_after(month: str) -> datetime:
    return datetime.combine(day_after(month).replace(day=10), time(10), timezone.get_default_timezone())
