"""Drafts on their way to the member: one a colleague has read and commented, one to sign, one sent back."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from opencasework.office.authority.actions import keep
from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.demo.lives import Office
from opencasework.office.letters import actions, rich
from opencasework.office.letters.models import Letter, LookRule
from opencasework.office.letters.review import actions as review
from opencasework.office.places.models import Office as OfficeHere
from opencasework.office.staff.models import StaffMember

DRAFT = """\
<p>Dear colleague,</p>
<p><strong>{person}, our reference {reference}</strong></p>
<p>I wrote to you on <span class="field">29 October</span> to ask why the housing element of Universal \
Credit stopped after a move. I have not had an answer.</p>
<p>Since then it has become urgent. The landlord has served a section 8 notice for arrears of \
£1,940. This is really very worrying.</p>
<p>Please would you:</p>
<ol><li>confirm when the tenancy evidence was received;</li>
<li>say why the housing element has not been paid from that date; and</li>
<li>make the decision, and any backdated payment, within five working days.</li></ol>
<p>I enclose the signed authority.</p>
<p>Yours sincerely,</p><p>{member}</p>"""
TO_A_MINISTER = """\
<p>Dear Minister,</p>
<p><strong>{person}, our reference {reference}</strong></p>
<p>I am writing to you about {about}, on behalf of my constituent named above.</p>
<p>My office asked officials twice and had two replies that say the matter is being looked into. Nothing has \
moved since. It has now been three months.</p>
<p>Please would you look into this yourself, and tell me:</p>
<ol><li>who is dealing with it; and</li><li>on which day there will be a decision.</li></ol>
<p>Yours sincerely,</p><p>{member}</p>"""
# What Tom suggests, as the editor would have kept it.
SUGGESTIONS = (
    (
        "section 8 notice for arrears",
        'section 8 notice <ins data-id="tom.1">dated 10 November </ins>for arrears',
    ),
    (
        "This is really very worrying.",
        '<del data-id="tom.2">This is really very worrying.</del><ins data-id="tom.2">Without a decision '
        "my constituent may be homeless before Christmas.</ins>",
    ),
)


def tell(office: Office, case: Case) -> None:
    """Three drafts that are being read, one on this case of Priya's.

    And the office's rule that a minister's letters are the member's.
    """
    priya, tom, kofi, amira = (office.staff[name] for name in ("priya", "tom", "kofi", "amira"))
    LookRule.objects.create(whose="caseworker", look="colleague")
    LookRule.objects.create(whose="minister", look="member")
    _signed(case, office)
    _read_by_tom(_draft(case, office.bodies["DWP-UC"], by=priya, today=office.today), priya, tom)
    signing, sent_back = _others(kofi, besides=case)
    if signing is not None:
        letter = _draft(signing, _department_of(signing, office), by=kofi, today=office.today, code="LT-MIN")
        review.pass_on(letter, to=amira, by=kofi, note="The department has had two chasers.")
    if sent_back is not None:
        letter = _draft(sent_back, _body_of(sent_back, office), by=kofi, today=office.today)
        review.pass_on(letter, to=tom, by=kofi)
        review.send_back(letter, by=tom, reason="Say by when we need the answer, and why that day.")


def _signed(case: Case, office: Office) -> None:
    """The authority she signed when she came to the surgery."""
    authority = Authority(
        case=case, person=case.constituent, basis=Authority.Basis.SIGNED, covers_any_body=True,
        given_on=office.today - timedelta(days=27), scan_sha256=office.scan_sha256,
        scan_name="signed-authority.pdf", scan_type="application/pdf",
        statement="Please ask why my housing element stopped. You may speak to the bodies concerned about me.",
    )  # fmt: skip
    keep(authority, bodies=[], by=office.staff["priya"])


def _others(owner: StaffMember, *, besides: Case) -> tuple[Case | None, Case | None]:
    """Two more cases of this caseworker, with an authority, to write on."""
    covered = Authority.objects.filter(covers_any_body=True).values("case")
    cases = Case.objects.filter(owner=owner, closed_at=None, need_to_know=False, pk__in=covered)
    found = list(cases.exclude(pk=besides.pk).order_by("pk")[:2])
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _body_of(case: Case, office: Office) -> Body:
    issue = case.issues.exclude(body=None).select_related("body").first()
    return issue.body if issue and issue.body else office.bodies["DWP-UC"]


def _department_of(case: Case, office: Office) -> Body:
    """Whose minister is written to: the department above the body or, above a landlord, that for housing."""
    above = (body for body in _body_of(case, office).lineage if body.kind == "department")
    return next(above, office.bodies["MHCLG"])


def _draft(case: Case, body: Body, *, by: StaffMember, today: date, code: str = "LT-DEPT") -> Letter:
    letter = actions.worded(
        case=case, template=actions.template_of(code), by=by, today=today, to_body=body,
        to_contact=actions.best_contact(body),
    )  # fmt: skip
    actions.keep_draft(letter, by=by)
    words = TO_A_MINISTER if code == "LT-MIN" else DRAFT
    html = rich.clean(
        words.format(
            person=case.constituent,
            reference=case.reference,
            about=case.title.lower(),
            member=OfficeHere.here().title,
        )
    )
    if code == "LT-DEPT" and (case.main_category is None or not case.main_category.code.startswith("BEN")):
        html = rich.from_text(letter.text)
    actions.keep_edit(letter, by=by, html=html, text=rich.to_text(html))
    letter.refresh_from_db()
    return letter


def _read_by_tom(letter: Letter, priya: StaffMember, tom: StaffMember) -> None:
    """Passed on, read, suggested in and commented on; it is with Tom, as on the picture of this page."""
    review.pass_on(letter, to=tom, by=priya, note="Is the tone right, and is it clear what we ask?")
    html, at = letter.html, timezone.now().isoformat(timespec="seconds")
    for words, suggested in SUGGESTIONS:
        signed = suggested.replace("data-id=", f'data-by="{tom.pk}" data-at="{at}" data-id=')
        html = html.replace(words, signed)
    html = rich.clean(html)
    actions.keep_edit(letter, by=tom, html=html, text=rich.to_text(html))
    letter.refresh_from_db()
    asked = review.comment(
        letter, by=tom, text="Is the landlord copied in? The authority covers them.",
        quote="The landlord has served a section 8 notice",
    )  # fmt: skip
    review.comment(letter, by=priya, text="Not yet; I would rather ring them first.", answers=asked)
