"""Authority to act, for tests."""

from __future__ import annotations

import factory
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.tests.factories import StaffFactory

# A scan that opens: one empty page.
A_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class AuthorityFactory(factory.django.DjangoModelFactory[Authority]):
    """Authority given today by word of mouth, for whichever body can help.

    `AuthorityFactory(case=case, covers=[body("DWP")])` names the bodies; `signed=True` stands for a scan.
    """

    class Meta:
        model = Authority
        skip_postgeneration_save = True

    class Params:
        signed = factory.Trait(
            basis=Authority.Basis.SIGNED,
            statement="",
            scan_sha256="0" * 64,
            scan_name="authority.pdf",
            scan_type="application/pdf",
        )

    case = factory.SubFactory(CaseFactory)
    person = factory.LazyAttribute(lambda authority: authority.case.constituent)
    basis = Authority.Basis.VERBAL
    statement = "Asked on the telephone, she agreed that we write to whoever can help."
    covers_any_body = True
    given_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SubFactory(StaffFactory)

    @factory.post_generation
    def covers(self, create: bool, bodies: object, **_: object) -> None:  # noqa: FBT001  factory-boy's signature
        if bodies:
            self.bodies.set(bodies)
            self.covers_any_body = False
            self.save()
