"""What a mail says: its text in every charset, form and disguise."""

import base64
import quopri
from typing import Any

from .making import HEAD, WORDS, multipart, text_part, typed

SAID = WORDS.decode()
TY = "Tŷ £5 – “iawn”"
RUSSIAN = "У нас дома сырость, и совет не отвечает на письма."
CHINESE = "我們的房子很潮濕，市議會沒有回覆我的信。請您幫助我們，孩子們常常生病。"
UNLABELLED = {  # each in the charset its programs write where they name none
    "french": (
        "cp1252",
        "Notre maison est très humide et la mairie ne répond pas. Où ça mène ? L'été, les élèves, à l'école…",
    ),
    "portuguese": (
        "cp1252",
        "A nossa casa está húmida e a câmara não responde. As crianças estão doentes; não é bom, à atenção.",
    ),
    "italian": (
        "cp1252",
        "La casa è umida e il comune non risponde più. Perché? C'è già umidità in città, così i bambini… Lunedì.",
    ),
    "swedish": (
        "cp1252",
        "Vårt hus är fuktigt och kommunen svarar inte på våra brev. Vi behöver hjälp så fort som möjligt, för värmen.",
    ),
    "several_languages": (
        "cp1252",
        "Hållo, déjà vu: les élèves, größer, Füße, señor, mañana, où ça mène, così, não, Ærø, coração.",
    ),
    "polish": (
        "cp1250",
        "Dom jest wilgotny, a gmina nie odpowiada. Dzieci często chorują i nie wiemy, co robić. Proszę, zbliża się zima, łączę.",
    ),
    "turkish": (
        "cp1254",
        "Evimiz çok nemli ve belediye mektuplarımıza cevap vermiyor. Çocuklar sık sık hastalanıyor, kış yaklaşıyor.",
    ),
    "latvian": (
        "cp1257",
        "Mūsu māja ir ļoti mitra, un pašvaldība neatbild uz vēstulēm. Bērni bieži slimo, un mēs nezinām, ko darīt.",
    ),
    "greek": ("cp1253", "Το σπίτι μας έχει υγρασία και ο δήμος δεν απαντά στα γράμματά μας."),
    "hebrew": ("cp1255", "הבית שלנו לח והעירייה לא עונה למכתבים שלנו."),
    "simplified_chinese": (
        "gb18030",
        "我们的房子很潮湿，市议会没有回复我的信。请您帮助我们，孩子们常常生病。",
    ),
    "japanese": (
        "cp932",
        "家の壁が湿っていて、子どもがよく病気になります。市役所に手紙を書きましたが、返事がありません。",
    ),
    "korean": (
        "cp949",
        "우리 집 벽이 젖어 있어서 아이들이 자주 아픕니다. 시청에 편지를 썼지만 답장이 없습니다.",
    ),
    "few_english_marks": ("cp1252", "It’s £5 – “so” a note¹"),
    "few_names": ("cp1252", "Zoë and José saw Jürgen at Ångström"),
}
B64, QP = b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable"


def _in(charset: str, text: str, *, label: str = "") -> bytes:
    return typed(f"text/plain; charset={label or charset}", base64.encodebytes(text.encode(charset)), B64)


def _html(text: str, charset: str = "utf-8") -> bytes:
    return typed(f"text/html; charset={charset}", text.encode(charset))


def _b64(data: bytes) -> bytes:
    return typed("text/plain; charset=utf-8", data, B64)


def _qp(data: bytes) -> bytes:
    return typed("text/plain; charset=utf-8", data, QP)


HTML_PART = b"Content-Type: text/html\r\n\r\n<p>Formatted</p>"
ENCODED = base64.b64encode("Mae’r tŷ yn llaith.".encode())

TEXTS: dict[str, tuple[bytes, dict[str, Any]]] = {
    # --- charsets
    "utf8": (_in("utf-8", TY), {"text": TY}),
    "utf8_called_latin": (_in("utf-8", TY, label="iso-8859-1"), {"text": TY}),
    "utf8_called_ascii": (_in("utf-8", TY, label="us-ascii"), {"text": TY}),
    "utf8_called_utf8": (_in("utf-8", TY, label="UTF8"), {"text": TY}),
    "utf8_called_russian": (_in("utf-8", TY, label="windows-1251"), {"text": TY}),
    "utf8_called_polish": (_in("utf-8", TY, label="iso-8859-2"), {"text": TY}),
    "short_ukrainian": (_in("cp1251", "Ні"), {"text": "Ні"}),
    "chinese_called_ascii": (_in("big5", CHINESE, label="us-ascii"), {"text": CHINESE}),
    "russian_called_ascii": (_in("koi8-r", RUSSIAN, label="us-ascii"), {"text": RUSSIAN}),
    "windows_called_ascii": (
        _in("cp1252", "It’s Müller’s €5", label="us-ascii"),
        {"text": "It’s Müller’s €5"},
    ),
    "utf8_called_nothing_known": (_in("utf-8", TY, label="x-unknown"), {"text": TY}),
    "utf8_called_default": (_in("utf-8", TY, label='"default"'), {"text": TY}),
    "utf8_with_a_mark": (_in("utf-8-sig", TY, label="utf-8"), {"text": TY}),
    "windows_called_latin": (_in("cp1252", "It’s – “so” €5", label="iso-8859-1"), {"text": "It’s – “so” €5"}),
    "windows_called_utf8": (_in("cp1252", "Müller’s house", label="utf-8"), {"text": "Müller’s house"}),
    "utf16": (_in("utf-16", TY), {"text": TY}),
    "utf16_without_a_mark": (_in("utf-16-le", TY, label="utf-16"), {"text": TY}),
    "utf7": (_in("utf-7", "Tŷ llaith"), {"text": "Tŷ llaith"}),
    "koi8": (_in("koi8-r", RUSSIAN), {"text": RUSSIAN}),
    "windows_1251": (_in("cp1251", RUSSIAN, label="windows-1251"), {"text": RUSSIAN}),
    **{
        f"no_charset_but_{name}": (
            typed("text/plain", f"{text} {text}".encode(charset)),
            {"text": f"{text} {text}"},
        )
        for name, (charset, text) in UNLABELLED.items()
    },
    "no_charset_but_russian": (typed("text/plain", (RUSSIAN * 4).encode("koi8-r")), {"text": RUSSIAN * 4}),
    "no_charset_but_a_little_russian": (
        typed("text/plain", "Привет от Ивана".encode("koi8-r")),
        {"text": "Привет от Ивана"},
    ),
    "no_charset_but_a_little_russian_of_windows": (
        typed("text/plain", "Сырость в доме".encode("cp1251")),
        {"text": "Сырость в доме"},
    ),
    "no_charset_but_a_little_french": (
        typed("text/plain", "L'été à Besançon était très agréable".encode("latin-1")),
        {"text": "L'été à Besançon était très agréable"},
    ),
    "shift_jis": (_in("cp932", "湿気①の件", label="shift_jis"), {"text": "湿気①の件"}),
    "iso_2022_jp": (_in("iso-2022-jp", "湿気の件です。"), {"text": "湿気の件です。"}),
    "iso_2022_jp_of_windows": (
        typed("text/plain; charset=iso-2022-jp", b"\x1b$B-!<>5$\x1b(B"),
        {"text": "①湿気"},
    ),
    "utf8_cut_in_its_last_letter": (
        typed("text/plain; charset=utf-8", "Tŷ llaith, tŷ".encode()[:-1]),
        {"text": "Tŷ llaith, t\ufffd"},
    ),
    "iso_2022_jp_unlabelled": (
        typed("text/plain", "湿気の件です。".encode("iso-2022-jp")),
        {"text": "湿気の件です。"},
    ),
    "big5": (_in("big5", "房子潮濕"), {"text": "房子潮濕"}),
    "gbk_called_gb2312": (_in("gbk", "房子潮鎔", label="gb2312"), {"text": "房子潮鎔"}),
    "euc_kr_with_more": (_in("cp949", "집이 똠", label="euc-kr"), {"text": "집이 똠"}),
    "cp_850": (_in("cp850", "Café", label="cp-850"), {"text": "Café"}),
    "charset_only_in_the_html": (
        typed("text/html", f"<head><meta charset='windows-1251'></head><p>{RUSSIAN}".encode("cp1251")),
        {"text": RUSSIAN},
    ),
    "charset_in_an_old_meta": (
        typed(
            "text/html",
            f'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">{RUSSIAN}'.encode("koi8-r"),
        ),
        {"text": RUSSIAN},
    ),
    # --- transfer encodings
    "8bit_called_7bit": (
        typed("text/plain; charset=utf-8", TY, b"Content-Transfer-Encoding: 7bit"),
        {"text": TY},
    ),
    "base64_with_rubbish": (
        _b64(b"!" + ENCODED[:8] + b"\r\n*\r\n" + ENCODED[8:]),
        {"text": "Mae’r tŷ yn llaith."},
    ),
    "base64_without_padding": (_b64(ENCODED.rstrip(b"=")), {"text": "Mae’r tŷ yn llaith."}),
    "base64_padded_in_the_middle": (
        _b64(base64.b64encode(b"It is ") + base64.b64encode(b"a") + base64.b64encode(b" wet")),
        {"text": "It is a wet"},
    ),
    "base64_that_is_plain": (
        _b64(b"It is wet here, and it was wet there.\r\nNia"),
        {"text": "It is wet here, and it was wet there.\nNia"},
    ),
    "base64_without_padding_and_a_footer": (
        _b64(base64.b64encode(b"Damp.." * 3) + b"\r\n\r\n-- \r\nResidents list\r\n"),
        {"text": "Damp.." * 3 + "\n-- \nResidents list"},
    ),
    "windows_called_utf8_ends_in_a_letter": (
        typed("text/plain; charset=utf-8", b"Caf\xe9"),
        {"text": "Café"},
    ),
    "base64_with_a_footer": (
        _b64(
            base64.b64encode(b"It is wet")
            + b"=\r\n"[1:]
            + base64.b64encode(b"a")
            + b"\r\n____\r\nA list of members\r\n"
        ),
        {"text": "It is weta\n____\nA list of members"},
    ),
    "base64_labelled_with_more": (
        typed("text/plain; charset=utf-8", ENCODED, b'Content-Transfer-Encoding: "BASE64";'),
        {"text": "Mae’r tŷ yn llaith."},
    ),
    "qp": (_qp(quopri.encodestring(TY.encode())), {"text": TY}),
    "qp_bare_equals": (_qp(b"1 + 1 = 2, a=b, =ZZ"), {"text": "1 + 1 = 2, a=b, =ZZ"}),
    "qp_soft_break_with_spaces": (_qp(b"It is =  \r\nwet=\r\n."), {"text": "It is wet."}),
    "qp_lower_case": (_qp(b"T=c5=b7"), {"text": "Tŷ"}),
    "qp_in_two_words": (
        typed("text/plain; charset=utf-8", "T=C5=B7", b"Content-Transfer-Encoding: quoted printable"),
        {"text": "Tŷ"},
    ),
    "qp_ends_in_equals": (_qp(b"It is wet="), {"text": "It is wet"}),
    "transfer_encoding_unknown": (
        typed("text/plain", WORDS, b"Content-Transfer-Encoding: text/html"),
        {"text": SAID},
    ),
    # --- forms of text
    "flowed": (
        typed("text/plain; format=flowed", "The council \r\nhas not.\r\n\r\n> old \r\n> words\r\n"),
        {"text": "The council has not.\n\n> old words"},
    ),
    "flowed_then_an_empty_line": (
        typed(
            "text/plain; format=flowed",
            "Dear Nia, \r\n\r\nIt is \r\nwet. \r\n\r\n> old \r\n> \r\n> words\r\n",
        ),
        {"text": "Dear Nia,\n\nIt is wet.\n\n> old\n>\n> words"},
    ),
    "flowed_without_spaces": (
        typed("text/plain; format=flowed; delsp=yes", "coun \r\ncil"),
        {"text": "council"},
    ),
    "enriched": (
        typed("text/enriched", "<bold>It</bold> is <color><param>red</param>wet</color>.\r\n\r\n<<Nia>"),
        {"text": "It is wet.\n<Nia>"},
    ),
    "plain_and_html": (
        multipart(b"b", text_part(), HTML_PART, kind=b"alternative"),
        {"text": SAID, "attachments": []},
    ),
    "html_first": (multipart(b"b", HTML_PART, text_part(), kind=b"alternative"), {"text": SAID}),
    "empty_plain_and_html": (
        multipart(b"b", text_part(b" \r\n"), HTML_PART, kind=b"alternative"),
        {"text": "Formatted"},
    ),
    "html_beside_the_same_text": (
        multipart(
            b"b", text_part(), b"Content-Type: text/html\r\n\r\n<p>" + WORDS + b"</p>", text_part(b"A list")
        ),
        {"text": f"{SAID}\n\nA list"},
    ),
    "markdown_alone": (typed("text/markdown", WORDS), {"text": SAID, "attachments": [("", len(WORDS))]}),
    "markdown_beside_a_text": (
        multipart(b"b", text_part(), b"Content-Type: text/markdown\r\n\r\n# More"),
        {"text": SAID, "attachments": [("", 6)]},
    ),
    "lines_end_in_cr_twice": (
        typed("text/plain", "It is\r\r\nwet.\r\r\n\r\r\nNia"),
        {"text": "It is\nwet.\n\nNia"},
    ),
    "two_texts": (multipart(b"b", text_part(b"First"), text_part(b"Second")), {"text": "First\n\nSecond"}),
    "text_then_html": (multipart(b"b", text_part(b"First"), HTML_PART), {"text": "First\n\nFormatted"}),
    "html_list_and_table": (
        _html("<ol><li>damp<li>mould</ol><table><tr><td>Rent<td>£400</table>"),
        {"text": "1. damp\n2. mould\n\nRent  £400"},
    ),
    "html_entities": (
        _html("&lt;b&gt; T&#375; &amp;amp; caf&eacute;&nbsp;bar"),
        {"text": "<b> Tŷ &amp; café bar"},
    ),
    "html_unseen": (
        _html("<title>x</title><style>p{a<b}</style><script>if (a<b) {}</script><!-- no --><p>Yes"),
        {"text": "Yes"},
    ),
    "html_less_than": (_html("<p>1 < 2 and 3 > 2</p>"), {"text": "1 < 2 and 3 > 2"}),
    "html_link": (
        _html('See <a href="https://c.example/f">the form</a>.'),
        {"text": "See the form <https://c.example/f>."},
    ),
    "html_link_that_only_tracks": (
        _html(f'See <a href="https://c.example/{"x" * 300}">the form</a>.'),
        {"text": "See the form."},
    ),
    "html_attribute_with_an_angle": (_html('<p title="a > b">It is wet</p>'), {"text": "It is wet"}),
    "html_quotation": (
        _html("<p>New</p><blockquote>old<br>words</blockquote>"),
        {"text": "New\n\n> old\n> words"},
    ),
    "html_quotation_of_paragraphs": (
        _html("<p>New</p><blockquote><p>old</p><p>words</p></blockquote><p>More</p>"),
        {"text": "New\n\n> old\n>\n> words\n\nMore"},
    ),
    "html_preformatted": (_html("<pre>a  b\n  c</pre>"), {"text": "a  b\n  c"}),
    # --- broken structure
    "closed_without_a_part": (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b--\r\n',
        {"text": "", "problems": []},
    ),
    "forms_for_watches_and_for_play": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: text/x-amp-html\r\n\r\n<html amp4email></html>",
            b"Content-Type: text/watch-html\r\n\r\n<b>Watch</b>",
            HTML_PART,
            kind=b"alternative",
        ),
        {"text": SAID, "attachments": []},
    ),
    "only_a_form_for_play": (
        multipart(b"b", b"Content-Type: text/x-amp-html\r\n\r\n<p>Hi", kind=b"alternative"),
        {"text": "", "attachments": [("", 5)]},
    ),
    "last_boundary_missing": (multipart(b"b", text_part(), closed=False), {"text": SAID}),
    "boundary_named_wrongly": (
        multipart(b"b", text_part()).replace(b'boundary="b"', b'boundary="c"'),
        {"text": SAID},
    ),
    "boundary_not_named": (multipart(b"b", text_part()).replace(b'; boundary="b"', b""), {"text": SAID}),
    "boundary_followed_by_spaces": (
        multipart(b"b", text_part()).replace(b"--b\r\n", b"--b \t\r\n"),
        {"text": SAID},
    ),
    "boundary_in_single_quotes": (multipart(b"b", text_part()).replace(b'"b"', b"'b'"), {"text": SAID}),
    "boundary_on_a_line_not_set_in": (
        multipart(b"b", text_part()).replace(b"; boundary", b";\r\nboundary"),
        {"text": SAID, "problems": []},
    ),
    "boundary_that_ends_in_a_space": (
        multipart(b"b", text_part()).replace(b'"b"', b'"b "').replace(b"--b", b"--b "),
        {"text": SAID},
    ),
    "boundary_without_semicolon": (
        multipart(b"b", text_part()).replace(b'; boundary="b"', b'\r\n boundary="b"'),
        {"text": SAID},
    ),
    "boundaries_alike": (
        multipart(
            b"b",
            multipart(b"b-1", text_part(b"Inside"), kind=b"alternative")[len(HEAD) :],
            text_part(b"After"),
        ),
        {"text": "Inside\n\nAfter"},
    ),
    "same_boundary_inside": (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n'
        + text_part()
        + b"\r\n--b\r\n"
        + HTML_PART
        + b"\r\n--b--\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--b--\r\n",
        {"text": SAID, "attachments": [("a.png", 3)]},
    ),
    "multipart_in_base64": (
        typed(
            'multipart/mixed; boundary="b"',
            base64.encodebytes(b"--b\r\n" + text_part() + b"\r\n--b--\r\n"),
            B64,
        ),
        {"text": SAID},
    ),
    "text_that_calls_itself_a_file": (
        typed("text/plain", WORDS, b"Content-Disposition: attachment"),
        {"text": SAID, "attachments": [("", len(WORDS))]},
    ),
    "html_list_in_a_list": (
        _html("<ul><li>one<ul><li>two</ul><li>three</ul>end"),
        {"text": "- one\n- two\n- three\n\nend"},
    ),
    "closing_boundary_alone": (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + WORDS + b"\r\n\r\n--b--\r\n",
        {"text": SAID},
    ),
    "closing_boundary_at_the_end_of_a_line": (
        multipart(b"b", text_part(), text_part(b"Yours, Nia"), closed=False).removesuffix(b"\r\n")
        + b"--b--\r\n",
        {"text": f"{SAID}\n\nYours, Nia", "attachments": []},
    ),
    "closing_boundary_with_more_behind_it": (
        multipart(b"b", text_part()).removesuffix(b"\r\n") + b">\r\nSent by a machine.\r\n",
        {"text": SAID, "attachments": []},
    ),
    "closing_boundary_with_words_behind_it": (
        multipart(b"b", text_part()).removesuffix(b"\r\n") + b" That is all.\r\nSent by a machine.\r\n",
        {"text": SAID, "attachments": []},
    ),
    "boundary_that_begins_with_another": (
        multipart(b"b", multipart(b"b--c", text_part(), HTML_PART, kind=b"alternative")[len(HEAD) :]),
        {"text": SAID, "attachments": []},
    ),
    "base64_and_then_a_boundary_of_another_mail": (
        _b64(base64.b64encode(TY.encode()) + b"\r\n\r\n----=_Part_7--\r\n"),
        {"text": TY},
    ),
    "parameter_below_an_empty_line": (
        multipart(
            b"b",
            b"Content-Type: text/plain;\r\n\tcharset=utf-8;\r\n\r\n\tformat=fixed\r\n"
            + QP
            + b"\r\n\r\nIt=20is damp",
        ),
        {"text": "It is damp", "attachments": []},
    ),
    "form_whose_parts_are_lost": (
        multipart(
            b"b",
            b"Content-Type: text/html\r\n\r\n<p>" + WORDS,
            b"Content-Type: multipart/related; boundary=c\r\n\r\nThere is nothing here.",
            kind=b"alternative",
        ),
        {"text": SAID, "attachments": []},
    ),
    "preface_and_no_parts": (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + WORDS,
        {"text": SAID},
    ),
    "preface_and_epilogue_unseen": (
        multipart(b"b", text_part()).replace(b"\r\n\r\n--b", b"\r\n\r\nNo MIME here.\r\n--b", 1)
        + b"The end.",
        {"text": SAID},
    ),
    "parts_but_no_content_type": (
        HEAD
        + b"\r\nThis is a multi-part message in MIME format.\r\n\r\n--xyz\r\n"
        + text_part()
        + b"\r\n--xyz--\r\n",
        {"text": SAID},
    ),
    "part_without_headers": (multipart(b"b", b"\r\n" + WORDS), {"text": SAID}),
    "content_type_twice": (
        typed("text/plain", WORDS, b"Content-Type: application/pdf"),
        {"text": SAID, "attachments": []},
    ),
    "content_type_with_spaces": (typed("text / plain ; charset = utf-8 (words)", TY), {"text": TY}),
    "content_type_with_another_header": (
        typed("text/html Content-Transfer-Encoding: 8bit", WORDS),
        {"text": SAID, "attachments": []},
    ),
    "content_type_with_a_star": (
        multipart(b"b", text_part(), b"Content-Type: text/*\r\n\r\nYours, Nia", kind=b"*"),
        {"text": f"{SAID}\n\nYours, Nia", "attachments": []},
    ),
    "content_type_in_angle_brackets": (
        typed("<html>", "<p>It is <b>damp</b>"),
        {"text": "It is damp", "attachments": []},
    ),
    "content_type_in_quotation_marks": (
        typed('"text/html"; charset=utf-8', "<p>It is <b>damp</b>"),
        {"text": "It is damp", "attachments": []},
    ),
    "content_type_of_html_with_parts": (
        multipart(b"b", text_part()).replace(b"multipart/mixed", b"text/html"),
        {"text": SAID, "attachments": []},
    ),
    "content_type_of_html_with_a_boundary_but_no_parts": (
        typed('text/html; boundary="b"', "<p>It is --b or not"),
        {"text": "It is --b or not", "attachments": []},
    ),
    "content_type_backwards": (typed("plain/text", WORDS), {"text": SAID, "attachments": []}),
    "disposition_nonsense": (
        typed("text/plain", WORDS, b"Content-Disposition: =?utf-8?Q?x?="),
        {"text": SAID, "attachments": []},
    ),
    "nul_bytes": (typed("text/plain", b"It\0 is\0 wet"), {"text": "It is wet"}),
    "mbox_line_first": (
        b"From nia@mail.example Tue Nov  3 10:00:00 2026\r\n" + typed("text/plain", WORDS),
        {"text": SAID},
    ),
    # --- protection
    "signed_pgp": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx",
            kind=b"signed",
        ).replace(b"multipart/signed;", b"multipart/signed; protocol=application/pgp-signature;"),
        {"text": SAID, "attachments": [("signature.asc", 1)], "protection": "signed-pgp"},
    ),
    "encrypted_pgp": (
        multipart(
            b"b",
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
            b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\nx",
            kind=b"encrypted",
        ),
        {"text": "", "attachments": [("", 10), ("encrypted.asc", 1)], "protection": "encrypted-pgp"},
    ),
    "encrypted_pgp_in_the_text": (
        typed("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n-----END PGP MESSAGE-----"),
        {"protection": "encrypted-pgp"},
    ),
    "encrypted_smime": (
        typed("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"MIIB", B64),
        {"text": "", "attachments": [("smime.p7m", 3)], "protection": "encrypted-smime"},
    ),
}
