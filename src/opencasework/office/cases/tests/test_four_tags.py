"""The four tags of cases and messages, and the office's own words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases import words
from opencasework.office.cases.models import Case, CaseWord, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.handing_over import hand_over
from opencasework.office.inbox.models import Message
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import OwnWord, Sensitivity, Urgency
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

TAGS = {"category": "BEN-UC", "urgency": "URG-1", "sensitivity": "SEN-1", "transferability": "TRF-0"}


@pytest.fixture
def ana(client):
    ana = StaffFactory(first_name="Ana", last_name="Colleague")
    client.force_login(ana)
    return ana


def tagged(client, case, **changes):
    return client.post(f"/cases/{case.pk}/tags/", {**TAGS, **changes}, follow=True).content.decode()


# --- on a case --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["BEN-PIP", "PIP and working-age disability benefits", "working-age disab", "pip!"]
)
def test_an_issue_is_said_by_code_label_a_part_of_it_or_an_own_word(typed, ana, client):
    OwnWord.objects.create(word="PIP!", category=CategoryFactory(code="BEN-PIP"))
    case = CaseFactory(by=ana)

    tagged(client, case, category=typed)

    assert case.issues.get().category.code == "BEN-PIP"
    assert CaseWord.objects.filter(case=case).exists() == (typed == "pip!")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Say what it is about."),
        ("zzz", "is no issue of the list and no word of this office"),
        ("child", "Choose one."),
        ("urgent!!", "stands for Urgency: Urgent"),
    ],
)
def test_an_issue_nobody_knows_gets_a_sentence_and_nothing_changes(typed, said, ana, client):
    OwnWord.objects.create(word="urgent!!", level=Urgency.URGENT)
    case = CaseFactory(by=ana)

    page = tagged(client, case, category=typed, urgency="URG-4")

    assert said in page
    case.refresh_from_db()
    assert case.urgency != Urgency.EMERGENCY


def test_changing_tags_is_one_act_with_its_lines(ana, client):
    case = CaseFactory(by=ana)

    tagged(client, case, urgency="URG-3", tag_reason="No food")

    case.refresh_from_db()
    assert case.urgency == Urgency.URGENT
    line = case.events.filter(kind=Event.Kind.TAGGED).first()
    assert "Urgency: Time limited, now Urgent" in line.text
    assert line.detail == {
        "urgency": "URG-3",
        "sensitivity": "SEN-1",
        "transferability": "TRF-0",
        "levels_before": ["URG-2", "SEN-2", "TRF-0"],
    }


def test_the_page_says_who_would_lose_sight_and_trying_it_changes_nothing(ana, client):
    StaffFactory(first_name="Gwen", last_name="Admin", administrator=True)
    StaffFactory(first_name="Tom", last_name="Caseworker")
    case = CaseFactory(by=ana, sensitivity=Sensitivity.PERSONAL)

    page = client.get(f"/cases/{case.pk}/tags/").content.decode()

    assert "Gwen Admin will no longer see it" in page
    assert "Gwen Admin and Tom Caseworker will no longer see it" in page
    case.refresh_from_db()
    assert (case.sensitivity, case.need_to_know, case.shared_with.count()) == ("SEN-1", False, 0)
    assert case.events.filter(kind=Event.Kind.TAGGED).count() == 0


def test_whoever_raises_a_case_of_others_is_told_that_they_lose_it(client):
    case = CaseFactory(sensitivity=Sensitivity.SPECIAL_CATEGORY)
    tom = StaffFactory(first_name="Tom", last_name="Caseworker")
    client.force_login(tom)
    assert "you will no longer see it" in client.get(f"/cases/{case.pk}/tags/").content.decode()

    page = tagged(client, case, sensitivity="SEN-3")

    assert "No longer seen by Tom Caseworker." in page
    assert client.get(f"/cases/{case.pk}/").status_code == 404


def test_after_saving_one_is_back_in_the_list_one_came_from_and_nowhere_else(ana, client):
    case = CaseFactory(by=ana)
    url = f"/cases/{case.pk}/tags/"

    assert client.post(url, {**TAGS, "next": "/cases/?show=team"}).url == "/cases/?show=team"
    assert client.post(url, {**TAGS, "next": "https://elsewhere.example/"}).url == f"/cases/{case.pk}/"
    assert "javascript:" not in client.get(url, {"next": "javascript:alert(1)"}).content.decode()


# --- on a message -----------------------------------------------------------------------------------------


def message(**given):
    return Message.objects.create(
        subject="Help",
        text="They said eviction is on Friday. My universal credit stopped and I have a diagnosis.",
        from_address="kai@post.example",
        **given,
    )


def test_a_message_gets_what_is_suggested_by_one_key_with_the_reasons(ana, client):
    found = message()
    page = client.get(f"/inbox/messages/{found.pk}/").content.decode()
    assert "It mentions “eviction”." in page
    assert 'data-hotkey="y"' in page

    client.post(f"/inbox/messages/{found.pk}/tags/accepted/")

    found.refresh_from_db()
    assert found.category is not None
    assert (found.urgency, found.sensitivity) == ("URG-3", "SEN-2")


def test_a_message_hands_its_tags_to_the_case_and_lowers_nothing(ana, client):
    case = CaseFactory(by=ana, urgency="URG-1", sensitivity="SEN-2")
    found = message(urgency="URG-3", sensitivity="SEN-1", transferability="TRF-1", tag_reason="Eviction")

    page = client.post(f"/inbox/messages/{found.pk}/filing/", {"case": case.pk}, follow=True).content.decode()

    case.refresh_from_db()
    assert (case.urgency, case.sensitivity, case.transferability) == ("URG-3", "SEN-2", "TRF-1")
    assert "Its urgency is now “Urgent”, as the message was tagged" in page
    found.refresh_from_db()
    assert found.urgency == "URG-3"


def test_raising_a_case_by_a_message_says_who_lost_sight(ana, client):
    StaffFactory(first_name="Gwen", last_name="Admin", administrator=True)
    case = CaseFactory(by=ana, sensitivity="SEN-1")
    found = message(sensitivity="SEN-2")

    page = client.post(f"/inbox/messages/{found.pk}/filing/", {"case": case.pk}, follow=True).content.decode()

    assert "No longer seen by Gwen Admin" in page


def test_a_message_that_files_itself_changes_no_tag(ana):
    case = CaseFactory(by=ana, urgency="URG-1")
    found = message(urgency="URG-3")

    hand_over(found, case=case, by=None)

    case.refresh_from_db()
    assert case.urgency == "URG-1"


def test_a_case_opened_from_a_message_begins_with_its_tags(ana, client):
    found = message(category=CategoryFactory(code="HOU-DAMP"), urgency="URG-3", sensitivity="SEN-2")

    page = client.get(f"/inbox/messages/{found.pk}/case/").content.decode()

    for chosen in ("HOU-DAMP", "URG-3", "SEN-2"):
        assert f'value="{chosen}" selected' in page


def test_a_message_tagged_as_sensitive_is_only_for_those_who_may_see_such_data(client):
    gwen = StaffFactory(first_name="Gwen", last_name="Admin", administrator=True)
    senior = StaffFactory(senior=True)  # who goes on seeing it
    client.force_login(gwen)
    found = message()
    page = client.get(f"/inbox/messages/{found.pk}/tags/").content.decode()
    assert "not for Gwen Admin" in page

    page = client.post(f"/inbox/messages/{found.pk}/tags/", {"sensitivity": "SEN-3"}, follow=True)

    assert "not for you" in page.content.decode()
    assert client.get(f"/inbox/messages/{found.pk}/").status_code == 404
    client.force_login(senior)
    assert client.get(f"/inbox/messages/{found.pk}/").status_code == 200


def test_whoever_restricts_a_message_that_only_the_member_would_see_keeps_it(ana, client):
    StaffFactory(office_manager=True)
    colleague = StaffFactory()
    found = message()

    page = client.post(f"/inbox/messages/{found.pk}/tags/", {"sensitivity": "SEN-4"}, follow=True)

    assert "Nobody but you and the member sees it now: it is yours" in page.content.decode()
    assert client.get(f"/inbox/messages/{found.pk}/").status_code == 200
    assert Message.objects.get(pk=found.pk).taken_by == ana
    client.force_login(colleague)
    assert client.get(f"/inbox/messages/{found.pk}/").status_code == 404


def test_a_message_that_a_colleague_has_stays_theirs_when_it_is_restricted(ana, client):
    colleague = StaffFactory()
    found = message(taken_by=colleague)

    client.post(f"/inbox/messages/{found.pk}/tags/", {"sensitivity": "SEN-4"})

    assert Message.objects.get(pk=found.pk).taken_by == colleague
    assert client.get(f"/inbox/messages/{found.pk}/").status_code == 404


# --- the office's own words -------------------------------------------------------------------------------


@pytest.fixture
def manager(client):
    manager = StaffFactory(office_manager=True)
    client.force_login(manager)
    return manager


def word(text, *cases, category="", **given):
    made = OwnWord.objects.create(
        word=text, category=CategoryFactory(code=category) if category else None, **given
    )
    for case in cases:
        CaseWord.objects.create(case=case, word=made)
    return made


def test_a_word_is_added_with_what_it_stands_for(ana, client):
    page = client.post("/tags/", {"word": "black mould", "stands_for": "Damp and mould"}, follow=True)

    assert "It stands for Damp and mould." in page.content.decode()
    assert OwnWord.objects.get().category.code == "HOU-DAMP"


def test_a_word_turns_nothing_round_and_is_on_the_list_once(ana, client):
    client.post("/tags/", {"word": "black mo\u202euld", "stands_for": "Damp and mould"})
    again = client.post("/tags/", {"word": "black mould"})

    assert OwnWord.objects.get().word == "black mould"
    assert "is on the list already" in again.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"word": ""}, "Write the word."),
        ({"word": "!!"}, "Write a word with letters or figures in it."),
        ({"word": "UC"}, "is on the list already"),
        ({"word": "Damp and mould"}, "It needs no word of your own."),
        ({"word": "x1", "stands_for": "nonsense"}, "is no issue of the list"),
    ],
)
def test_a_word_that_cannot_be_added_says_why(given, said, ana, client):
    word("uc")

    response = client.post("/tags/", given)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_suggested_merges_come_from_spelling(manager, client):
    word("UC", CaseFactory(by=manager))
    word("mould", category="HOU-DAMP", made_at=timezone.now() - timedelta(days=3))
    word("moulds", category="HOU-DAMP")
    word("urgent!!")
    word("Mrs B follow up")

    page = client.get("/tags/", {"show": "suggested"}).content.decode()

    for shown in (
        "<strong>Universal Credit</strong>",
        "<strong>mould</strong>",
        "<strong>Urgency: Urgent</strong>",
    ):
        assert shown in page
    assert "Mrs B" not in page


def where_it_shows(client, found):
    """The pages that say this word to whoever asks."""
    pages = ["/tags/?show=all", f"/search/?q={found.word[:8]}", f"/tags/words/{found.pk}/"]
    return [path for path in pages if f">{found.word}<" in plain(client.get(path))]


def plain(response):
    return re.sub("</?mark>", "", response.content.decode())


def test_a_word_on_a_hidden_case_alone_is_shown_to_nobody_else(manager, client):
    hidden = CaseFactory(need_to_know=True)
    found = word("Quarryman affair", hidden, category="BEN-UC")
    old = word("Quarryboss", merged_into=found)

    assert where_it_shows(client, found) == []
    assert found.word not in client.get("/search/?q=Quarryboss").content.decode()
    assert old.word not in client.get("/tags/?show=all").content.decode()
    assert found.word not in client.get("/tags/").content.decode()  # what stands ready to be chosen
    client.post("/tags/merge/", {"word": [found.pk], "act": "away"})
    assert OwnWord.objects.in_use().filter(pk=found.pk).exists()

    client.force_login(hidden.owner)
    assert len(where_it_shows(client, found)) == 3


def test_a_word_on_no_case_or_on_one_of_theirs_as_well_is_there_for_everybody(manager, client):
    unused = word("Windfarm")
    both = word("Quarryman affair", CaseFactory(need_to_know=True), CaseFactory())

    assert len(where_it_shows(client, unused)) == 3
    assert len(where_it_shows(client, both)) == 3


def test_a_merge_is_previewed_done_and_undone_with_every_case(manager, client):
    first, second = CaseFactory(by=manager), CaseFactory(by=manager)
    old = word("uni credit", first, second)
    kept = word("UC", second)
    ticked = {"word": [old.pk], "into": "UC"}
    assert "become" in client.post("/tags/merge/", ticked).content.decode()
    assert not OwnWord.objects.exclude(merged_into=None).exists()

    client.post("/tags/merge/", {**ticked, "sure": "1"})

    assert set(kept.case_words.values_list("case", flat=True)) == {first.pk, second.pk}
    assert OwnWord.objects.meaning("Uni Credit") == kept

    change = words.WordChange.objects.get()
    client.post(f"/tags/changes/{change.pk}/undo/")

    assert set(old.case_words.values_list("case", flat=True)) == {first.pk, second.pk}
    assert set(kept.case_words.values_list("case", flat=True)) == {second.pk}
    assert OwnWord.objects.meaning("uni credit") == old


def test_an_old_name_still_finds_the_cases(manager, client):
    case = CaseFactory(by=manager)
    old, kept = word("uni credit", case), word("UC")
    client.post("/tags/merge/", {"word": [old.pk], "into": "UC", "sure": "1"})

    page = client.get("/search/", {"q": "Uni Cred"}).content.decode()

    assert "uni credit, now “UC”" in page
    assert case.title in client.get(f"/tags/words/{kept.pk}/").content.decode()


def test_a_word_cannot_be_merged_into_itself(manager, client):
    only = word("UC")

    response = client.post("/tags/merge/", {"word": [only.pk], "into": "UC", "sure": "1"})

    assert response.status_code == 422
    assert "cannot be merged into itself" in response.content.decode()


def test_after_thirty_days_a_change_cannot_be_undone(manager, client):
    change = words.put_away([word("old")], by=manager)

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client.force_login(manager)
        page = client.post(f"/tags/changes/{change.pk}/undo/", follow=True).content.decode()

    assert "longer ago than 30 days" in page
    assert not OwnWord.objects.in_use().exists()


def test_words_count_only_cases_one_may_see(client):
    case = CaseFactory(sensitivity=Sensitivity.RESTRICTED)
    shown = word("refuge case", case, CaseFactory(), category="FAM-DA")
    client.force_login(StaffFactory())

    page = client.get("/tags/", {"show": "all"}).content.decode()

    assert '<td class="num">1</td>' in page
    assert case.title not in client.get(f"/tags/words/{shown.pk}/").content.decode()


def test_a_caseworker_may_not_clean_up(ana, client):
    made = word("UC")

    assert client.post("/tags/merge/", {"word": [made.pk], "sure": "1"}).status_code == 403


def test_no_word_of_the_office_reaches_the_facts_that_are_published(ana, client):
    case = CaseFactory(by=ana)
    word("Mrs Marrowby", case, category="BEN-UC")
    tagged(client, case, category="Mrs Marrowby")
    client.get("/figures/")

    assert Fact.objects.exists()
    for fact in Fact.objects.all():
        assert "Marrowby" not in str(vars(fact))
    assert not any("Marrowby" in str(event.detail) for event in Event.objects.all())
    assert Case.objects.get().issues.get().category.code == "BEN-UC"


def test_a_case_that_was_restricted_stays_for_those_named_and_says_how_to_open_it(ana, client):
    case = CaseFactory(by=ana)
    tagged(client, case, sensitivity="SEN-4")
    assert Case.objects.get().need_to_know

    page = tagged(client, case, sensitivity="SEN-1")

    assert Case.objects.get().need_to_know
    assert "It stays for those named" in page
    assert f'href="/cases/{case.pk}/who-sees/">see who, and open it to the team</a>' in page


def test_whoever_restricts_a_case_is_told_where_to_open_it_again(ana, client):
    case = CaseFactory(by=ana)

    page = tagged(client, case, sensitivity="SEN-4")

    assert f'Only those named see it: <a href="/cases/{case.pk}/who-sees/">' in page
    assert "It stays for those named" not in tagged(client, CaseFactory(by=ana), sensitivity="SEN-2")
