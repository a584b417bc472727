"""The Mailboxes page: how each fares for everybody, adding and changing for a manager."""

import html
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.kit import secrets
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe
from tests.services.tokens import CLIENT_ID, CLIENT_SECRET

from .factories import MailboxFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
RAW = b"From: Nia Pryce <nia@post.example>\r\nSubject: Damp\r\n\r\nMould in both bedrooms.\r\n"


def sign_in(client, role):
    OfficeFactory()
    staff = StaffFactory(role=role)
    client.force_login(staff)
    return staff


@pytest.fixture
def tom(client):
    return sign_in(client, Role.OFFICE_MANAGER)


@pytest.fixture
def vic(client):
    return sign_in(client, Role.VOLUNTEER)


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def by_password(account, **changes):
    return {
        "address": "casework@member.example",
        "host": account.host,
        "port": account.port,
        "security": "none",
        "username": account.user,
        "password": account.password,
        "folders": "INBOX",
        "quiet_days": 2,
        **changes,
    }


def test_everybody_sees_when_mail_last_came_and_when_we_last_looked(client, vic, mailbox):
    mailbox.deliver(RAW)
    collect(MailboxFactory(account=mailbox, address="casework@member.example"))

    text = page(client, "/mailboxes/")

    today = f"{timezone.localdate():%A}"
    assert "casework@member.example" in text
    assert text.count(today) >= 3  # received, looked into, the folder
    assert "Change" not in text
    assert "127.0.0.1" not in text  # the server is the manager's business


def test_a_failing_mailbox_is_a_loud_banner_for_everybody_on_every_page(client, vic, mailbox):
    collect(MailboxFactory(account=mailbox, address="casework@member.example", password="guess"))

    for url in ("/", "/cases/", "/account/", "/help/", "/mailboxes/"):
        text = page(client, url)
        assert 'role="alert"' in text, url
        assert "No mail comes from casework@member.example." in text, url
        assert "refuses the user name or password" in text, url


def test_a_folder_in_trouble_says_so_and_that_the_rest_comes_in(client, vic, mailbox):
    collect(MailboxFactory(account=mailbox, address="casework@member.example", folders=["INBOX", "Gone"]))

    text = page(client, "/cases/")

    assert "Some mail from casework@member.example does not come in." in text
    assert "will not give us the folder Gone" in text


def test_a_well_mailbox_and_a_paused_one_are_no_banner(client, vic):
    now = timezone.now()
    MailboxFactory(last_succeeded_at=now, last_received_at=now)
    MailboxFactory(enabled=False, last_error="It is switched off.")

    assert "No mail comes from" not in page(client, "/cases/")


def test_the_banner_costs_a_page_one_query(client, tom, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        page(client, "/help/")
        page(client, "/help/")

    about = [each["sql"] for each in asked.captured_queries if "inbox_mailbox" in each["sql"]]
    assert len(about) == 2


def test_messages_are_counted_on_the_page_of_one_mailbox_only(client, tom, mailbox):
    """Counting takes longer the more have come; everybody looks at the list of mailboxes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        mailbox.deliver(RAW)
    box = MailboxFactory(account=mailbox, folders=["INBOX", "Wähler"])
    collect(box)

    with CaptureQueriesContext(connection) as asked:
        page(client, "/mailboxes/")
    text = page(client, f"/mailboxes/{box.pk}/")

    assert not [each["sql"] for each in asked.captured_queries if "inbox_arrival" in each["sql"]]
    assert '<th scope="row">INBOX</th><td class="num">3</td>' in text
    assert '<th scope="row">Wähler</th><td class="num">0</td>' in text


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.CASEWORKER, Role.MEMBER])
def test_only_a_manager_may_change_a_mailbox(client, role):
    sign_in(client, role)
    box = MailboxFactory()

    for method, path in [
        ("get", "new/"),
        ("get", f"{box.pk}/"),
        ("post", f"{box.pk}/"),
        ("post", f"{box.pk}/change/"),
        ("post", f"{box.pk}/folders/"),
        ("post", f"{box.pk}/pause/"),
        ("post", f"{box.pk}/removal/"),
        ("get", f"{box.pk}/consent/"),
        ("get", "consent/"),
    ]:
        assert getattr(client, method)(f"/mailboxes/{path}").status_code == 403, path
    assert Mailbox.objects.filter(pk=box.pk, enabled=True).exists()


def test_a_manager_adds_a_mailbox_tests_it_and_chooses_its_folders(client, tom, mailbox):
    for name in ("Wähler", "Web form"):
        mailbox.create(name)
    mailbox.deliver(RAW, folder="Wähler")

    added = client.post("/mailboxes/new/?sign_in=password", by_password(mailbox))
    box = Mailbox.objects.get()
    tested = html.unescape(client.post(f"/mailboxes/{box.pk}/").content.decode())
    client.post(f"/mailboxes/{box.pk}/folders/", {"folders": ["INBOX", "Wähler"]})

    assert added.url == f"/mailboxes/{box.pk}/"
    assert "It works." in tested
    assert "Wähler (1 message)" in tested
    assert "Web form (0 messages)" in tested
    box.refresh_from_db()
    assert box.folders == ["INBOX", "Wähler"]
    assert collect(box).counts.new == 1


def test_a_password_goes_in_and_never_comes_out(client, tom, mailbox):
    client.post("/mailboxes/new/?sign_in=password", by_password(mailbox, password="correct horse"))
    box = Mailbox.objects.get()

    for path in ("/mailboxes/", f"/mailboxes/{box.pk}/", f"/mailboxes/{box.pk}/change/"):
        assert "correct horse" not in page(client, path)
    client.post(f"/mailboxes/{box.pk}/change/", by_password(mailbox, password="", name="Post"))

    box.refresh_from_db()
    assert (box.name, box.password) == ("Post", "correct horse")


def test_another_server_is_not_told_the_password_of_this_one(client, tom, mailbox):
    client.post("/mailboxes/new/?sign_in=password", by_password(mailbox))
    box = Mailbox.objects.get()

    given = by_password(mailbox, host="localhost", password="")
    response = client.post(f"/mailboxes/{box.pk}/change/", given)

    assert response.status_code == 422
    assert "Give its password again." in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": ""}, "Give the address people write to."),
        ({"host": ""}, "Give the name of the IMAP server, such as imap.member.example."),
        ({"port": "99999"}, "A port is a number from 1 to 65535, usually 993."),
        ({"password": ""}, "Give the password."),
        ({"host": "imap.member.example"}, "Without encryption everybody on the way reads the password."),
        ({"folders": "x" * 201}, "A folder's name has at most 200 characters."),
    ],
)
def test_a_form_says_what_is_wrong(client, tom, mailbox, changes, sentence):
    response = client.post("/mailboxes/new/?sign_in=password", by_password(mailbox, **changes))

    assert response.status_code == 422
    assert sentence in html.unescape(response.content.decode())
    assert not Mailbox.objects.exists()


def test_a_test_that_fails_says_why_and_still_shows_the_folders_there_are(client, tom, mailbox):
    box = MailboxFactory(account=mailbox, folders=["Gone"])

    text = html.unescape(client.post(f"/mailboxes/{box.pk}/").content.decode())

    assert "The test failed." in text
    assert "will not give us the folder Gone" in text
    assert "INBOX (0 messages)" in text


def test_a_new_password_is_tried_at_once(client, tom, mailbox):
    box = MailboxFactory(account=mailbox, password="guess", address="casework@member.example")
    collect(box)
    assert box.refused

    client.post(f"/mailboxes/{box.pk}/change/", by_password(mailbox))

    box.refresh_from_db()
    assert (box.refused, box.next_try_at, box.last_error) == (False, None, "")


def test_another_name_does_not_try_a_refused_password_again(client, tom, mailbox):
    box = MailboxFactory(account=mailbox, password="guess", address="casework@member.example")
    collect(box)

    client.post(f"/mailboxes/{box.pk}/change/", by_password(mailbox, password="", name="Post"))

    box.refresh_from_db()
    assert (box.name, box.refused) == ("Post", True)


def test_a_paused_mailbox_waits_until_somebody_goes_on_with_it(client, tom, mailbox):
    box = MailboxFactory(account=mailbox)

    client.post(f"/mailboxes/{box.pk}/pause/", {"enabled": "no"})
    assert not Mailbox.objects.get().enabled
    assert "Paused" in page(client, "/mailboxes/")

    client.post(f"/mailboxes/{box.pk}/pause/", {"enabled": "yes"})
    assert Mailbox.objects.get().enabled


def test_a_removed_mailbox_leaves_every_message(client, tom, mailbox):
    mailbox.deliver(RAW)
    box = MailboxFactory(account=mailbox)
    collect(box)

    asked = page(client, f"/mailboxes/{box.pk}/removal/")
    client.post(f"/mailboxes/{box.pk}/removal/")

    assert "Every message that has come from it stays here" in asked
    assert not Mailbox.objects.exists()
    assert Message.objects.get().raw() == RAW
    assert mailbox.count() == 1


# --- signing in with Microsoft or Google ---------------------------------------------------------------


def with_microsoft(client, account, sign_in="microsoft"):
    client.post(
        f"/mailboxes/new/?sign_in={sign_in}",
        {
            "address": "casework@member.example",
            "username": account.user,
            "tenant": "member.example",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "folders": "INBOX",
            "quiet_days": 2,
        },
    )
    box = Mailbox.objects.get()
    # Microsoft's server stands on this machine here.
    Mailbox.objects.update(host=account.host, port=account.port, security="none")
    return box


@pytest.mark.parametrize("sign_in", ["microsoft", "google"])
def test_a_manager_signs_in_with_microsoft_or_google_and_mail_comes(
    client, tom, strict_mailbox, issuer, sign_in
):
    strict_mailbox.deliver(RAW)
    box = with_microsoft(client, strict_mailbox, sign_in)
    assert "Nobody has signed in to it" in page(client, "/")

    there = client.get(f"/mailboxes/{box.pk}/consent/")
    back = client.get(issuer.agree(there.url, as_user=strict_mailbox.user))

    assert back.url == f"/mailboxes/{box.pk}/"
    assert collect(Mailbox.objects.get()).counts.new == 1
    assert "Nobody has signed in to it" not in page(client, "/")


def test_what_is_asked_of_microsoft_is_no_more_than_reading_mail_by_imap(client, tom, strict_mailbox, issuer):
    box = with_microsoft(client, strict_mailbox)

    asked = parse_qs(urlsplit(client.get(f"/mailboxes/{box.pk}/consent/").url).query)

    assert asked["scope"] == ["https://outlook.office.com/IMAP.AccessAsUser.All offline_access"]
    assert asked["login_hint"] == [strict_mailbox.user]
    assert asked["code_challenge_method"] == ["S256"]
    assert CLIENT_SECRET not in str(asked)


def test_an_answer_to_no_question_of_ours_changes_nothing(client, tom, strict_mailbox, issuer):
    box = with_microsoft(client, strict_mailbox)
    address = client.get(f"/mailboxes/{box.pk}/consent/").url
    answer = issuer.agree(address, as_user="mallory")
    state = parse_qs(urlsplit(address).query)["state"][0]

    forged = client.get(answer.replace(state, "guessed"), follow=True)
    repeated = client.get(answer, follow=True)

    for response in (forged, repeated):
        assert "belongs to no question of ours" in response.content.decode()
    assert Mailbox.objects.get().needs_consent


def test_saying_no_is_told_and_changes_nothing(client, tom, strict_mailbox, issuer):
    box = with_microsoft(client, strict_mailbox)
    state = parse_qs(urlsplit(client.get(f"/mailboxes/{box.pk}/consent/").url).query)["state"][0]

    said = client.get(f"/mailboxes/consent/?error=access_denied&state={state}", follow=True)

    assert "Microsoft did not let us in" in said.content.decode()
    assert Mailbox.objects.get().needs_consent


def test_another_account_needs_its_own_consent(client, tom, strict_mailbox, issuer):
    box = with_microsoft(client, strict_mailbox)
    there = client.get(f"/mailboxes/{box.pk}/consent/")
    client.get(issuer.agree(there.url, as_user=strict_mailbox.user))

    client.post(
        f"/mailboxes/{box.pk}/change/",
        {
            "address": "other@member.example",
            "username": "other@member.example",
            "tenant": "member.example",
            "client_id": CLIENT_ID,
            "folders": "INBOX",
            "quiet_days": 2,
        },
    )

    box = Mailbox.objects.get()
    assert box.needs_consent
    assert secrets.decrypt(box.client_secret_encrypted) == CLIENT_SECRET


# --- in a browser --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_sound_on_a_desk_and_on_a_phone(live_office, browser):
    OfficeFactory()
    tom = StaffFactory(role=Role.OFFICE_MANAGER)
    now = timezone.now()
    ill = MailboxFactory(
        address="casework@member.example",
        folders=["INBOX", "Wähler 2026"],
        last_error="imap.member.example refuses the user name or password. Enter them again.",
        failing_since=now - timedelta(hours=3),
        next_try_at=now + timedelta(minutes=20),
        failures=4,
        refused=True,
    )
    MailboxFactory(address="office@member.example", last_succeeded_at=now, last_received_at=now)
    client_box = MailboxFactory(address="ms@member.example", sign_in="microsoft", client_id=CLIENT_ID)
    live_office.sign_in(tom)
    page = live_office.page()

    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        for path in (
            "",
            "new/?sign_in=password",
            "new/?sign_in=microsoft_app",
            f"{client_box.pk}/",
            f"{ill.pk}/removal/",
        ):
            page.goto(f"{live_office.url}/mailboxes/{path}")
            assert axe(page) == [], path
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, path
