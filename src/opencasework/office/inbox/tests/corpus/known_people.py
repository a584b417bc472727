"""Who wrote, to whom, about what: headers as programs and people write them."""

import base64
from typing import Any

from .making import mail

NIA = "Nia Prys <nia@mail.example>"


def _from(value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return mail(b"From: " + value + b"\nTo: office@member.example\nSubject: Damp")


def _to(value: str) -> bytes:
    return mail(f"From: nia@mail.example\nTo: {value}\nSubject: Damp")


def _subject(value: bytes | str, *more: bytes) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return mail(b"\n".join([b"From: nia@mail.example", b"Subject: " + value, *more]))


def _b(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


PEOPLE: dict[str, tuple[bytes, dict[str, Any]]] = {
    # --- from
    "from_plain": (_from("Nia Prys <nia@mail.example>"), {"from": NIA}),
    "from_quoted": (_from('"Prys, Nia" <nia@mail.example>'), {"from": "Prys, Nia <nia@mail.example>"}),
    "from_in_a_comment": (_from("nia@mail.example (Nia Prys)"), {"from": NIA}),
    "from_with_a_remark": (_from("Nia Prys (Ward 3) <nia@mail.example>"), {"from": NIA}),
    "from_remarks_everywhere": (
        _from("Nia(of \\) here) <nia(at home)@mail.example(host)>"),
        {"from": "Nia <nia@mail.example>"},
    ),
    "from_quotes_within_the_name": (
        _from(_b('Siop "Y Ddraig"') + " <siop@mail.example>"),
        {"from": 'Siop "Y Ddraig" <siop@mail.example>'},
    ),
    "from_quotes_around_two_words_of_the_name": (
        _from(_b('"Y Ddraig" a "Rhath"') + " <siop@mail.example>"),
        {"from": '"Y Ddraig" a "Rhath" <siop@mail.example>'},
    ),
    "from_without_a_name": (_from("<nia@mail.example>"), {"from": "nia@mail.example"}),
    "from_name_is_the_address": (
        _from('"nia@mail.example" <nia@mail.example>'),
        {"from": "nia@mail.example"},
    ),
    "from_name_is_another_address": (
        _from("victim@bank.example <nia@mail.example>"),
        {"from": "victim@bank.example <nia@mail.example>"},
    ),
    "from_in_single_quotes": (_from("'Nia Prys' <nia@mail.example>"), {"from": NIA}),
    "from_escaped_quotes": (
        _from('"Nia \\"Tŷ\\" Prys" <nia@mail.example>'),
        {"from": 'Nia "Tŷ" Prys <nia@mail.example>'},
    ),
    "from_surname_first": (
        _from("Prys, Nia <nia@mail.example>"),
        {"from": "Prys, Nia <nia@mail.example>", "senders": 1},
    ),
    "from_with_an_honour": (
        _from("Nia Prys, MBE <nia@mail.example>"),
        {"from": "Nia Prys, MBE <nia@mail.example>"},
    ),
    "from_address_in_a_comment": (_from("Nia Prys (nia@mail.example)"), {"from": NIA}),
    "from_written_for_a_page": (_from("Nia Prys &lt;nia@mail.example&gt;"), {"from": NIA}),
    "from_never_closed": (_from('"Nia Prys <nia@mail.example>'), {"from": NIA}),
    "from_no_angle": (_from("Nia Prys nia@mail.example"), {"from": NIA}),
    "from_angle_never_closed": (_from("Nia Prys <nia@mail.example"), {"from": NIA}),
    "from_angle_doubled": (_from("Nia Prys <<nia@mail.example>>"), {"from": NIA}),
    "from_spaces_in_angle": (_from("Nia Prys < nia@mail.example >"), {"from": NIA}),
    "from_mailto": (_from("Nia Prys <mailto:nia@mail.example>"), {"from": NIA}),
    "from_route": (_from("Nia Prys <@relay.example,@b.example:nia@mail.example>"), {"from": NIA}),
    "from_address_then_empty_angle": (_from("nia@mail.example <>"), {"from": "nia@mail.example"}),
    "from_folded": (_from("Nia\n Prys\n\t<nia@mail.example>"), {"from": NIA}),
    "from_encoded": (_from(_b("Siân Llŷr") + " <s@mail.example>"), {"from": "Siân Llŷr <s@mail.example>"}),
    "from_encoded_in_quotes": (
        _from('"' + _b("Siân Llŷr") + '" <s@mail.example>'),
        {"from": "Siân Llŷr <s@mail.example>"},
    ),
    "from_encoded_with_a_comma": (
        _from("=?iso-8859-1?Q?Doe,_J=F6rg?= <j@mail.example>"),
        {"from": "Doe, Jörg <j@mail.example>"},
    ),
    "from_encoded_in_a_comment": (_from(f"s@mail.example ({_b('Siân')})"), {"from": "Siân <s@mail.example>"}),
    "from_encoded_no_space": (_from(_b("Siân") + "<s@mail.example>"), {"from": "Siân <s@mail.example>"}),
    "from_encoded_whole": (_from(_b("Siân Llŷr <s@mail.example>")), {"from": "Siân Llŷr <s@mail.example>"}),
    "from_two_encoded": (
        _from(f"{_b('Siân')} {_b(' Llŷr')} <s@mail.example>"),
        {"from": "Siân Llŷr <s@mail.example>"},
    ),
    "from_raw_utf8": (_from("Siân Llŷr <s@mail.example>"), {"from": "Siân Llŷr <s@mail.example>"}),
    "from_raw_latin": (
        _from("Jörg Doe <j@mail.example>".encode("latin-1")),
        {"from": "Jörg Doe <j@mail.example>"},
    ),
    "from_raw_koi8": (
        _from("Иван Петров <i@mail.example>".encode("koi8-r")),
        {"from": "Иван Петров <i@mail.example>"},
    ),
    "from_disguised": (
        _from("=?utf-8?Q?=E2=80=AEsyrp?= <nia@mail.example>"),
        {"from": "syrp <nia@mail.example>"},
    ),
    "from_two_people": (_from("Nia Prys <nia@mail.example>, Ana <ana@mail.example>"), {"from": NIA}),
    "from_quoted_local_part": (_from('"nia prys"@mail.example'), {"from": '"nia prys"@mail.example'}),
    "from_quoted_local_part_in_angle": (
        _from('Nia Prys <"nia prys"@mail.example>'),
        {"from": 'Nia Prys <"nia prys"@mail.example>'},
    ),
    "from_space_before_colon": (
        mail("From : Nia Prys <nia@mail.example>\nSubject : Damp"),
        {"from": NIA, "subject": "Damp"},
    ),
    "from_upper_case": (
        mail("FROM: Nia Prys <nia@mail.example>\nSUBJECT: Damp"),
        {"from": NIA, "subject": "Damp"},
    ),
    "from_only_a_name": (_from("root"), {"from": "root"}),
    "from_a_daemon": (
        _from("MAILER-DAEMON (Mail System)"),
        {"from": "Mail System <MAILER-DAEMON>"},
    ),
    "from_spaces_in_domain": (_from("nia@mail . example"), {"from": "nia@mail.example"}),
    "from_unicode_domain": (_from("Nia Prys <nia@tŷ.example>"), {"from": "Nia Prys <nia@tŷ.example>"}),
    # --- to
    "to_two": (_to("a@b.example, Ana <c@d.example>"), {"to": ["a@b.example", "Ana <c@d.example>"]}),
    "to_surnames_first": (
        _to("Prys, Nia <a@b.example>, office, Vaz, Ana <c@d.example>, e@f.example"),
        {"to": ["Prys, Nia <a@b.example>", "office", "Vaz, Ana <c@d.example>", "e@f.example"]},
    ),
    "to_name_in_quotes_then_another": (
        _to('"Nia Prys", Ana <a@b.example>'),
        {"to": ["Nia Prys", "Ana <a@b.example>"]},
    ),
    "from_more_honours": (
        _from("Nia Prys, MBE, JP <nia@mail.example>"),
        {"from": "MBE, JP <nia@mail.example>"},
    ),
    "to_name_then_address": (_to("Nia Prys, a@b.example"), {"to": ["Nia Prys", "a@b.example"]}),
    "to_comma_first": (_to(", a@b.example,, c@d.example,"), {"to": ["a@b.example", "c@d.example"]}),
    "to_semicolons": (
        _to("Ana <a@b.example>; Vic <c@d.example>;"),
        {"to": ["Ana <a@b.example>", "Vic <c@d.example>"]},
    ),
    "to_spaces": (_to("a@b.example c@d.example"), {"to": ["a@b.example", "c@d.example"]}),
    "to_no_comma": (
        _to("Ana <a@b.example> Vic <c@d.example>"),
        {"to": ["Ana <a@b.example>", "Vic <c@d.example>"]},
    ),
    "to_group": (_to("Staff: Ana <a@b.example>, c@d.example;"), {"to": ["Ana <a@b.example>", "c@d.example"]}),
    "to_group_and_more": (
        _to("Staff: a@b.example;, Vic <c@d.example>"),
        {"to": ["a@b.example", "Vic <c@d.example>"]},
    ),
    "to_group_never_closed": (_to("Team: a@x.example, b@x.example"), {"to": ["a@x.example", "b@x.example"]}),
    "to_group_of_one_never_closed": (_to("Team: <a@x.example>"), {"to": ["a@x.example"]}),
    "to_group_of_named_never_closed": (
        _to("Team: Ana <a@x.example>, Vic <b@x.example>"),
        {"to": ["Ana <a@x.example>", "Vic <b@x.example>"]},
    ),
    "to_group_never_closed_after_another": (
        _to("Vic <c@d.example>, Team: a@x.example, b@x.example"),
        {"to": ["Vic <c@d.example>", "a@x.example", "b@x.example"]},
    ),
    "from_colon_in_a_name": (
        _from("BBC News: Alerts <nia@mail.example>"),
        {"from": "BBC News: Alerts <nia@mail.example>"},
    ),
    "from_encoded_twice": (
        _from("=?utf-8?B?" + base64.b64encode(_b("Si").encode()).decode() + "?= <nia@mail.example>"),
        {"from": f"{_b('Si')} <nia@mail.example>"},
    ),
    "to_nobody": (_to("undisclosed-recipients:;"), {"to": []}),
    "to_nobody_in_quotes": (_to('"Undisclosed recipients" <>'), {"to": []}),
    "to_nobody_says_a_relay": (_to("No To-header on input <>"), {"to": []}),
    "to_nobody_at_a_relay": (_to("undisclosed-recipients:@relay.example;"), {"to": []}),
    "to_route_without_an_angle": (_to("@relay.example:a@b.example"), {"to": ["a@b.example"]}),
    "from_mailto_in_square_brackets": (_from("Nia Prys [mailto:nia@mail.example]"), {"from": NIA}),
    "from_smtp_in_square_brackets": (_from("Nia Prys [SMTP:nia@mail.example]"), {"from": NIA}),
    "from_smtp_in_angle": (_from('"Nia Prys" <SMTP:nia@mail.example>'), {"from": NIA}),
    "from_name_in_angle": (_from("<Nia Prys> nia@mail.example"), {"from": NIA}),
    "from_address_claimed_before_an_account": (
        _from('"victim@bank.example" <nia>'),
        {"from": "victim@bank.example <nia>"},
    ),
    "from_notes": (
        _from("Nia Prys/Wexcombe/Council@Council"),
        {"from": "Nia Prys/Wexcombe/Council@Council"},
    ),
    "from_notes_in_full": (
        _from("CN=Nia Prys/OU=Wexcombe/O=Council@Council"),
        {"from": "CN=Nia Prys/OU=Wexcombe/O=Council@Council"},
    ),
    "to_nobody_unfinished": (_to("Undisclosed recipients:"), {"to": []}),
    "to_nobody_in_angle": (_to("<Undisclosed-Recipient:;>"), {"to": []}),
    "to_fold_of_nothing": (
        _to("a@b.example,\n\t\n\tc@d.example"),
        {"to": ["a@b.example", "c@d.example"], "subject": "Damp"},
    ),
    "to_twice": (
        mail("From: nia@mail.example\nTo: a@b.example\nTo: c@d.example"),
        {"to": ["a@b.example", "c@d.example"]},
    ),
    "to_empty": (_to(""), {"to": []}),
    "to_quoted_comma_and_bracket": (
        _to('"Shah, A. (MP) <office>" <a@b.example>'),
        {"to": ["Shah, A. (MP) <office> <a@b.example>"]},
    ),
    "cc_encoded": (
        mail(f"From: nia@mail.example\nCc: {_b('Tŷ')} <a@b.example>,\n {_b('Cŵn')}\n <c@d.example>"),
        {"cc": ["Tŷ <a@b.example>", "Cŵn <c@d.example>"], "to": []},
    ),
    # --- subject
    "subject_folded": (_subject("The damp is\n back"), {"subject": "The damp is back"}),
    "subject_folded_deep": (_subject("The damp is \n\t\t  back"), {"subject": "The damp is back"}),
    "subject_double_space": (_subject("Damp:  again"), {"subject": "Damp:  again"}),
    "subject_starts_on_the_next_line": (_subject("\n The damp is back"), {"subject": "The damp is back"}),
    "subject_q": (_subject("=?utf-8?Q?T=C5=B7_llaith?="), {"subject": "Tŷ llaith"}),
    "subject_b": (_subject(_b("Tŷ llaith")), {"subject": "Tŷ llaith"}),
    "subject_split_character": (_subject("=?utf-8?Q?T=C5?=\n =?utf-8?Q?=B7?="), {"subject": "Tŷ"}),
    "subject_words_and_text": (_subject("Re: =?utf-8?Q?T=C5=B7?= is damp"), {"subject": "Re: Tŷ is damp"}),
    "subject_word_glued": (_subject("Re:=?utf-8?Q?T=C5=B7?=is"), {"subject": "Re:Tŷis"}),
    "subject_two_charsets": (
        _subject("=?iso-8859-1?Q?J=F6rg?= =?utf-8?Q?_T=C5=B7?="),
        {"subject": "Jörg Tŷ"},
    ),
    "subject_q_with_spaces": (_subject("=?utf-8?Q?T=C5=B7 is damp?="), {"subject": "Tŷ is damp"}),
    "subject_q_with_question_marks": (_subject("=?utf-8?Q?T=C5=B7? How??="), {"subject": "Tŷ? How?"}),
    "subject_b_no_padding": (_subject(_b("Tŷ llai").replace("=?=", "?=")), {"subject": "Tŷ llai"}),
    "subject_b_glued": (_subject("=?utf-8?B?VMW3IA==bGxhaXRo?="), {"subject": "Tŷ llaith"}),
    "subject_with_language": (_subject("=?utf-8*cy?Q?T=C5=B7?="), {"subject": "Tŷ"}),
    "subject_latin_that_is_windows": (_subject("=?iso-8859-1?Q?It=92s_damp?="), {"subject": "It’s damp"}),
    "subject_label_lies": (_subject("=?us-ascii?Q?T=C5=B7?="), {"subject": "Tŷ"}),
    "subject_gb2312_that_is_gbk": (
        _subject("=?gb2312?B?" + base64.b64encode("鎔".encode("gbk")).decode() + "?="),
        {"subject": "鎔"},
    ),
    "subject_japanese": (_subject(_b("湿気の件", "iso-2022-jp")), {"subject": "湿気の件"}),
    "subject_korean": (
        _subject("=?ks_c_5601-1987?B?" + base64.b64encode("습기 똠".encode("cp949")).decode() + "?="),
        {"subject": "습기 똠"},
    ),
    "subject_raw_utf8": (_subject("Tŷ llaith"), {"subject": "Tŷ llaith"}),
    "subject_raw_koi8": (
        _subject("Сырость".encode("koi8-r"), b"Content-Type: text/plain; charset=koi8-r"),
        {"subject": "Сырость"},
    ),
    "subject_never_ended": (_subject("=?utf-8?Q?T=C5=B7"), {"subject": "=?utf-8?Q?T=C5=B7"}),
    "subject_empty_word": (_subject("Damp =?utf-8?B??="), {"subject": "Damp"}),
    "subject_tab": (_subject("Damp\tagain"), {"subject": "Damp again"}),
    "subject_fold_then_headers": (
        mail("Subject: Damp\n \nFrom: nia@mail.example"),
        {"subject": "Damp", "from": "nia@mail.example"},
    ),
    "headers_with_a_stray_line": (
        mail("From: nia@mail.example\nthis line strayed in\nSubject: Damp"),
        {"subject": "Damp", "text": "My heating has been off since Sunday."},
    ),
    "headers_end_with_one_that_has_no_name": (
        mail("From: nia@mail.example\nSubject: Damp\n: again"),
        {"subject": "Damp", "text": "My heating has been off since Sunday."},
    ),
    "headers_in_two_pieces": (
        mail("Message-ID: <1@mail.example>\n\n  \n\nTo: a@b.example\nFrom: nia@mail.example\nSubject: Damp"),
        {
            "subject": "Damp",
            "from": "nia@mail.example",
            "to": ["a@b.example"],
            "text": "My heating has been off since Sunday.",
        },
    ),
    "headers_after_rubbish": (
        mail("> a line\nFrom: nia@mail.example\nSubject: Damp"),
        {"subject": "Damp", "from": "nia@mail.example"},
    ),
    "lines_end_in_cr": (
        b"From: nia@mail.example\rSubject: Damp\r\rIt is\rwet.",
        {"subject": "Damp", "text": "It is\nwet."},
    ),
}
