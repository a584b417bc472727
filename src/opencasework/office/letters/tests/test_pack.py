"""What goes out with a letter: one PDF with an index, small enough for a mail, and kept as it left."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Attachment
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit import pdf as pdf_of
from opencasework.office.kit import press, undrawn
from opencasework.office.kit.tests.drawn import NO_SHAPE, Drawn
from opencasework.office.kit.tests.test_typefaces import NAMES, NO_ONES
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.pack import limits, making
from opencasework.office.letters.pack.models import Enclosure, Pack, PackFile
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.tests.papers import HEIC, file_on, pdf, photo, scans, signed
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]  # much is printed: slow on a busy machine
State = OutgoingMail.State


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    """Keys and files of this test only, and time enough on a busy machine."""
    monkeypatch.setattr(limits, "WALL_SECONDS", 300)
    monkeypatch.setattr(pdf_of, "SECONDS_TO_PRINT", 120)


def writing_to_a_body(client, *contents: tuple[str, bytes], **given) -> Letter:
    """A draft to a body on a case with these files, all of them chosen, in this order."""
    letter = LetterFactory(authority=False, **given)
    signed(letter.case)
    client.force_login(letter.case.owner)
    choose(client, letter, *[file_on(letter.case, content, name) for name, content in contents])
    return letter


def choose(client, letter: Letter, *files: Attachment):
    for file in files:
        answer = client.post(choice(letter), {"act": "add", "document": f"file:{file.pk}"})
        assert answer.status_code == 302, answer.content.decode()[:3000]


def choice(letter: Letter) -> str:
    return f"/letters/{letter.pk}/papers/choice/"


def bind(client, letter: Letter) -> Pack:
    answer = client.post(choice(letter), {"act": "bind"})
    assert answer.status_code == 302, answer.context["problem"]
    return Pack.objects.get(letter=letter)


def read(file: PackFile) -> PdfReader:
    return PdfReader(io.BytesIO(making.blobs().read(file.sha256)))


def text_of(file: PackFile) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(file).pages).split())


def current(letter: Letter) -> dict[str, str]:
    """What a form sends who has read the letter as it is now."""
    return {"version": Letter.objects.get(pk=letter.pk).version}


def test_a_pack_is_the_letter_the_index_the_authority_and_the_documents_in_their_order(client):
    letter = writing_to_a_body(
        client, ("decision.pdf", pdf(3, words="Decision")), ("damp.jpg", photo()), text="Please look again."
    )

    pack = bind(client, letter)

    file = PackFile.objects.get(letter=letter)
    pages = [page.extract_text() for page in read(file).pages]
    assert "Please look again" in pages[0]
    assert "Index" in pages[1]
    assert "acts for me" in pages[2]
    assert [("Decision" in page) for page in pages[3:6]] == [True] * 3
    assert len(pages) == pack.pages == 7
    assert [(row["title"], row["first"], row["last"]) for row in pack.contents][2:] == [
        ("decision.pdf", 4, 6),
        ("damp.jpg", 7, 7),
    ]
    marks = [mark.title for mark in read(file).outline]
    assert marks[:2] == ["The letter", "Index"]
    assert marks[-2:] == ["decision.pdf", "damp.jpg"]
    assert f"{letter.case.reference}   7 of 7" in pages[6]
    assert file.name == f"{letter.case.reference}-papers.pdf"


def test_the_letter_leaves_with_its_pack_and_keeps_it_as_it_left(client, smtp):
    letter = writing_to_a_body(client, ("decision.pdf", pdf(2)))

    client.post(f"/letters/{letter.pk}/sending/", current(letter))
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    file = PackFile.objects.get(letter=letter)
    received = smtp.received[0].message
    parts = [part for part in received.walk() if part.get_filename()]
    attached = {part.get_filename(): part.get_payload(decode=True) for part in parts}
    assert attached == {file.name: making.blobs().read(file.sha256)}
    words = received.get_payload()[0].get_payload(decode=True).decode()
    assert f"- {file.name} (5 pages" in words
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    answer = client.get(f"/letters/{letter.pk}/papers/{file.pk}/")
    assert answer.content == attached[file.name]
    assert client.post(choice(letter), {"act": "save"}).status_code == 422
    assert PackFile.objects.get(letter=letter) == file


def test_of_a_document_that_stays_out_whoever_sends_learns_before_the_letter_leaves(client, monkeypatch):
    letter = writing_to_a_body(client, ("small.txt", b"short"), ("large.txt", b"long " * 9_000))
    monkeypatch.setattr(limits, "FILE_BYTES", 40_000)

    first = client.post(f"/letters/{letter.pk}/sending/", current(letter), follow=True)

    assert "“large.txt” is left out" in first.content.decode()
    letter.refresh_from_db()
    assert letter.is_draft
    client.post(f"/letters/{letter.pk}/sending/", current(letter))
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENDING


def test_with_nothing_chosen_the_signed_authority_goes_by_itself_with_its_seal(client, smtp):
    letter = LetterFactory(authority=False)
    form = pdf(words="sealed")
    signed(letter.case, form)

    outbox.queue(letter, by=letter.drafted_by)
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    parts = [part for part in smtp.received[0].message.walk() if part.get_filename()]
    assert [part.get_filename() for part in parts] == [f"{letter.case.reference}-authority.pdf"]
    assert parts[0].get_payload(decode=True) == form


def test_of_a_couple_both_forms_go_in_one_mail_under_names_of_their_own(client, smtp):
    letter = LetterFactory(authority=False)
    tom = PersonFactory(full_name="Tom Marrowby")
    letter.case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    letter = Letter.objects.get(pk=letter.pk)
    hers, his = pdf(words="hers"), pdf(words="his")
    signed(letter.case, hers)
    signed(letter.case, his, person=tom)

    outbox.queue(letter, by=letter.drafted_by)
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    parts = [part for part in smtp.received[0].message.walk() if part.get_filename()]
    name = f"{letter.case.reference}-authority"
    assert [part.get_filename() for part in parts] == [f"{name}.pdf", f"{name}-2.pdf"]
    assert {part.get_payload(decode=True) for part in parts} == {hers, his}


def test_a_letter_to_the_constituent_takes_no_authority_along(client):
    letter = LetterFactory(template="LT-ACK")
    signed(letter.case)

    assert making.pieces_of(letter) == []


def test_an_authority_that_was_withdrawn_stays_here(client):
    letter = writing_to_a_body(client, ("decision.pdf", pdf()))
    letter.case.authorities.update(withdrawn_on=timezone.localdate())
    letter = Letter.objects.get(pk=letter.pk)

    assert [piece.title for piece in making.pieces_of(letter)] == ["decision.pdf"]
    assert client.get(f"/letters/{letter.pk}/papers/").status_code == 200
    assert client.post(choice(letter), {"act": "bind"}).status_code == 422  # what is bound can be posted


def test_documents_are_moved_named_and_taken_out(client):
    letter = writing_to_a_body(client, ("one.pdf", pdf()), ("two.pdf", pdf(2)), ("three.pdf", pdf(3)))
    one, _, three = letter.enclosures.all()
    before = Letter.objects.get(pk=letter.pk).version

    client.post(choice(letter), {"act": f"up:{three.pk}", f"title-{three.pk}": "The\r\nBcc: refusal"})
    client.post(choice(letter), {"act": f"out:{one.pk}"})

    assert [each.title for each in letter.enclosures.all()] == ["The Bcc: refusal", "two.pdf"]
    assert Letter.objects.get(pk=letter.pk).version != before


def test_a_pack_that_came_back_as_a_file_of_the_case_outlives_the_next_binding(client):
    letter = writing_to_a_body(client, ("one.pdf", pdf()))
    bind(client, letter)
    bound = PackFile.objects.get(letter=letter, pages__gt=0)
    file_on(letter.case, making.blobs().read(bound.sha256), "sent back to us.pdf")
    choose(client, letter, file_on(letter.case, pdf(2), "two.pdf"))

    bind(client, letter)

    assert making.blobs().read(bound.sha256).startswith(b"%PDF")


def test_who_read_the_letter_reads_it_again_when_its_papers_changed(client):
    letter = writing_to_a_body(client, ("one.pdf", pdf()))
    read_version = Letter.objects.get(pk=letter.pk).version
    choose(client, letter, file_on(letter.case, pdf(2), "two.pdf"))

    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": read_version})

    assert answer.status_code == 422
    assert "changed this letter after you opened it" in answer.content.decode()
    assert not letter.mails.exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("locked.pdf", pdf(password="secret"), "It is protected by a password."),
        ("broken.pdf", b"%PDF-1.7\nnothing", "It is damaged or was cut short."),
        ("broken.jpg", b"\xff\xd8\xff nothing", "It is damaged or was cut short."),
        ("statement.docx", b"PK\x03\x04 words", "It is no PDF and no picture."),
    ],
)
def test_what_cannot_be_joined_is_named_and_goes_as_a_file_of_its_own(client, smtp, name, content, why):
    letter = writing_to_a_body(client, (name, content), ("good.pdf", pdf()))

    pack = bind(client, letter)

    assert pack.notes == [f"“{name}” cannot be joined and goes as a file of its own. {why}"]
    whole, own = PackFile.objects.filter(letter=letter)
    assert making.blobs().read(own.sha256) == content
    assert own.name == f"1-{name.replace('.', '-')}.{name.rpartition('.')[2]}"
    assert "a file of its own" in "".join(page.extract_text() for page in read(whole).pages)


def test_a_photograph_of_fifty_megapixels_becomes_a_page_and_says_so(client):
    letter = writing_to_a_body(client, ("site.png", photo(8168, 6124, kind="PNG")))

    pack = bind(client, letter)

    file = PackFile.objects.get(letter=letter)
    assert pack.notes == ["“site.png”: A picture of 50 million points, made smaller to fit a page."]
    assert file.size < 3_000_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_of_every_kind_become_pages(client, kind):
    letter = writing_to_a_body(client, (f"photo.{kind.lower()}", photo(800, 600, kind=kind)))

    pack = bind(client, letter)

    assert pack.notes == []
    assert pack.contents[-1]["first"] == 4


def test_a_heic_photograph_becomes_a_page(client):
    letter = writing_to_a_body(client, ("IMG_2041.HEIC", HEIC))

    pack = bind(client, letter)

    assert pack.notes == []
    assert pack.contents[-1]["first"] == 4


def test_what_a_pdf_would_do_by_itself_is_gone(client):
    letter = writing_to_a_body(client, ("acts.pdf", pdf(script=True)))

    bind(client, letter)

    whole = making.blobs().read(PackFile.objects.get(letter=letter).sha256)
    assert b"JavaScript" not in whole
    assert "/OpenAction" not in read(PackFile.objects.get(letter=letter)).trailer["/Root"]


def test_large_scans_are_made_less_fine_until_one_mail_carries_them(client):
    content = scans(30)
    assert limits.encoded(len(content)) > limits.MAIL_BYTES
    letter = writing_to_a_body(client, ("bundle.pdf", content))

    pack = bind(client, letter)

    file = PackFile.objects.get(letter=letter)
    assert limits.encoded(file.size) < limits.MAIL_BYTES
    assert "Pictures were made less fine" in pack.notes[-1]
    assert file.pages == 33


def test_what_is_too_much_for_one_mail_leaves_in_several_each_saying_so(client, smtp, monkeypatch):
    monkeypatch.setattr(limits, "MAIL_BYTES", 2_000_000)
    letter = writing_to_a_body(
        client, ("one.pdf", scans(4, quality=90)), ("two.pdf", scans(3, quality=90)), ("note.pdf", pdf())
    )

    pack = bind(client, letter)
    letter.refresh_from_db()
    outbox.queue(letter, by=letter.drafted_by)
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    files = list(PackFile.objects.filter(letter=letter))
    assert len(files) > 1
    assert pack.notes[0].startswith("One mail is too small for these papers. They leave in")
    assert all(limits.encoded(file.size) < 2_000_000 for file in files)
    subjects = [str(received.message["Subject"]) for received in smtp.received]
    assert [f"(part {n} of {len(files)})" in subject for n, subject in enumerate(subjects, 1)] == [
        True
    ] * len(files)
    assert all(len(received.raw) < 2_000_000 for received in smtp.received)
    assert len({received.message["Message-ID"] for received in smtp.received}) == len(files)
    for number, file in enumerate(files, start=1):
        assert f"This is part {number} of {len(files)}" in text_of(file)
    total = pack.pages
    assert f"{total} of {total}" in read(files[-1]).pages[-1].extract_text()
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert letter.case.events.filter(kind="letter_out").count() == 1


def test_or_the_first_part_leaves_by_mail_and_the_rest_is_printed(client, smtp, monkeypatch):
    monkeypatch.setattr(limits, "MAIL_BYTES", 2_000_000)
    letter = writing_to_a_body(client, ("one.pdf", scans(4, quality=90)), ("two.pdf", scans(3, quality=90)))
    client.post(choice(letter), {"act": "bind", "over": "post"})
    letter.refresh_from_db()

    outbox.queue(letter, by=letter.drafted_by)
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    assert len(smtp.received) == 1
    assert "by post." in smtp.received[0].message.get_payload()[0].get_payload(decode=True).decode()
    assert set(PackFile.objects.filter(letter=letter, part__gt=1).values_list("by_post", flat=True)) == {True}
    assert "By post: print it" in client.get(f"/letters/{letter.pk}/").content.decode()


def test_a_pack_of_two_hundred_pages_is_bound_and_one_of_four_hundred_says_why_not(client):
    letter = writing_to_a_body(client, ("long.pdf", pdf(200)))
    pack = bind(client, letter)
    choose(client, letter, file_on(letter.case, pdf(201), "more.pdf"))

    refused = client.post(choice(letter), {"act": "bind"})

    assert pack.pages == 203
    assert refused.status_code == 422
    assert "These papers have 403 pages; a pack may have 300." in refused.content.decode()


def test_a_file_that_kills_the_child_is_named_and_the_others_are_bound(client, monkeypatch):
    monkeypatch.setattr(limits, "MEMORY_BYTES", 1)  # in the office only: the child reads its own
    letter = writing_to_a_body(client, ("good.pdf", pdf()))

    assert bind(client, letter).pages == 4


def test_a_missing_file_says_what_to_do(client):
    letter = writing_to_a_body(client, ("gone.pdf", pdf(7)))
    making.blobs().delete(Enclosure.objects.get(letter=letter).sha256)

    answer = client.post(choice(letter), {"act": "bind"})

    assert answer.status_code == 422
    assert "The file of “gone.pdf” is missing or damaged." in answer.content.decode()


def test_another_constituents_document_is_warned_of_and_nobody_is_named(client):
    other = CaseFactory(person=PersonFactory(full_name="Wilhelmina Quagmire-Ashdown"))
    letter = writing_to_a_body(client, ("note.txt", b"About Wilhelmina Quagmire-Ashdown and her roof."))

    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "It names another constituent." in page
    assert other.reference not in page
    assert "Quagmire" not in page.replace("note.txt", "")


def test_of_somebody_on_a_restricted_case_nobody_is_warned_who_may_not_know(client):
    hidden = CaseFactory(person=PersonFactory(full_name="Wilhelmina Quagmire-Ashdown"))
    Case.objects.filter(pk=hidden.pk).update(sensitivity="SEN-4", need_to_know=True)
    letter = writing_to_a_body(client, ("note.txt", b"About Wilhelmina Quagmire-Ashdown and her roof."))

    assert "It names another constituent." not in client.get(f"/letters/{letter.pk}/").content.decode()


def test_an_infected_file_is_not_chosen_and_one_found_later_keeps_the_letter_here(client):
    letter = writing_to_a_body(client, ("one.pdf", pdf()))
    bad = file_on(letter.case, pdf(9), "bad.pdf", virus_state="infected", virus_name="Eicar")
    refused = client.post(choice(letter), {"act": "add", "document": f"file:{bad.pk}"})
    Attachment.objects.filter(filename="one.pdf").update(virus_state="infected", virus_name="Eicar")

    answer = client.post(
        f"/letters/{letter.pk}/sending/", {"version": Letter.objects.get(pk=letter.pk).version}
    )

    assert refused.status_code == 422
    assert answer.status_code == 422
    assert "“one.pdf” cannot go out" in answer.content.decode()


def test_only_who_writes_on_cases_changes_the_papers_and_nobody_else_sees_them(client):
    letter = writing_to_a_body(client, ("one.pdf", pdf()))
    bind(client, letter)
    file = PackFile.objects.get(letter=letter)
    elsewhere = LetterFactory()
    vic = StaffFactory(volunteer=True)
    letter.case.shared_with.add(vic)

    wrong_letter = client.get(f"/letters/{elsewhere.pk}/papers/{file.pk}/")
    client.force_login(vic)

    assert wrong_letter.status_code == 404
    assert client.post(choice(letter), {"act": "save"}).status_code == 403
    assert client.get(f"/letters/{elsewhere.pk}/papers/").status_code == 404


def test_a_posted_letter_keeps_the_papers_that_were_printed(client):
    letter = writing_to_a_body(client, ("one.pdf", scans(6)))
    Letter.objects.filter(pk=letter.pk).update(means=Letter.Means.POST)
    bind(client, letter)

    client.post(f"/letters/{letter.pk}/posting/", {"posted_on": "today", **current(letter)})

    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert PackFile.objects.get(letter=letter).pages == 9


def test_a_posting_that_was_refused_costs_a_letter_by_mail_none_of_its_papers(client, monkeypatch):
    letter = writing_to_a_body(client, ("one.pdf", pdf(1)))
    bind(client, letter)
    Enclosure.objects.update(title="Renamed for the post")
    with monkeypatch.context() as patched:
        patched.setattr(making, "_bound", lambda *_: (_ for _ in ()).throw(making.PackProblem("No printer.")))
        making.keep_posted(Letter.objects.get(pk=letter.pk))  # and then the posting is refused
    assert not PackFile.objects.filter(letter=letter).exists()
    Enclosure.objects.update(title="one.pdf")

    outbox.queue(Letter.objects.get(pk=letter.pk), by=letter.case.owner)

    assert PackFile.objects.get(letter=letter).pages > 0


def test_the_papers_are_drawn_in_any_script(client):
    letter = writing_to_a_body(client, ("decision.pdf", pdf(1)), text=f"For {NAMES['Tamil']}.")
    enclosure = letter.enclosures.get()
    title = f"{NAMES['Chinese']} {NAMES['Urdu']} {NAMES['Hindi']}"
    client.post(choice(letter), {"act": "save", f"title-{enclosure.pk}": title})

    bind(client, letter)

    made = Drawn(making.blobs().read(PackFile.objects.get(letter=letter).sha256))
    assert NAMES["Chinese"] in made.words()
    assert NO_SHAPE not in made.glyphs("Print")
    assert "would be boxes" not in client.get(f"/letters/{letter.pk}/").content.decode()


def test_boxes_in_the_papers_are_said_on_the_letter(client, monkeypatch):
    # A title keeps no private characters: as on a machine without a typeface for runes.
    monkeypatch.setattr(undrawn, "_found", {})
    monkeypatch.setattr(press, "boxes", lambda text, **_: text)
    letter = writing_to_a_body(client, ("decision.pdf", pdf(1)))
    message = MessageFactory(
        case=letter.case, decision="case", person=letter.case.constituent, text=f"I am {NO_ONES}."
    )
    client.post(choice(letter), {"act": "add", "document": f"message:{message.pk}"})
    first = letter.enclosures.first()
    client.post(choice(letter), {"act": "save", f"title-{first.pk}": "Decision ᚠᚢ"})

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    papers = client.get(f"/letters/{letter.pk}/papers/").content.decode()

    assert "In the PDF of this message some characters would be boxes" in papers
    assert "In the PDF of this message some characters would be boxes" in page
    assert "In the PDF of the index of the papers some characters would be boxes" in page
    assert "draws them: Runic. Call the document something else." in page
    assert bind(client, letter).pages
