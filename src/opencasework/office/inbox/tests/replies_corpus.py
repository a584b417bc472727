# ruff: noqa: E501  mail in the manner of programs that do not wrap
"""Invented replies in the manners of many mail programs, each with the words that are new in it.

A manner is how a program writes a reply: `@NEW` is what the sender wrote this time, `@OLD` the mail
before, `@QUOTED` the same with "> ". The words are in several languages, and some are lists, questions and dashes that
a careless rule would take for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OLD = """Dear Ms Prys,

Thank you for your letter about the damp. We have written to the council
and expect an answer by 14 November.

Kind regards,
Ana Reyes
Office of Amira Holloway MP"""

NEW = {
    "en": "Thank you. The council came on Tuesday but only looked.\n\nCould you ask them again?",
    "en_list": "Three things are still wrong:\n\n- the boiler\n- the back window\n- the landing, where the mould is",
    "en_dash": "No news - none at all.\n\nFrom Monday we are with my sister. To be clear: the flat is empty.",
    "en_one_line": "Yes please.",
    "en_short_lines": "Flat 4\n12 Mill Lane\nWX4 7QP\n\nThat is where the letters should go.",
    "cy": "Diolch yn fawr am eich llythyr.\n\nMae'r cyngor wedi bod yma ond does dim wedi newid.",
    "cy_question": "Bore da,\n\nA oes unrhyw newyddion am y boeler? Mae'n oer iawn yma.",
    "fr": "Merci beaucoup pour votre réponse.\n\nLe conseil n'a toujours rien fait.",
    "de": "Vielen Dank für Ihre Antwort.\n\nDie Heizung ist immer noch kaputt.",
    "pl": "Dziękuję za odpowiedź.\n\nOgrzewanie nadal nie działa.",
    "es": "Muchas gracias por su carta.\n\nTodavía no hay calefacción.",
}

# --- the mail before, marked or told by its headers ---------------------------------------------------

MANNERS = {
    "gmail": "@NEW\n\nOn Tue, 3 Nov 2026 at 10:14, Ana Reyes <office@holloway.example> wrote:\n\n@QUOTED",
    "gmail_wrapped": (
        "@NEW\n\nOn Tue, 3 Nov 2026 at 10:14, Office of Amira Holloway MP <\noffice@holloway.example> wrote:\n\n@QUOTED"
    ),
    "gmail_wrapped_thrice": (
        "@NEW\n\nOn Tue, 3 Nov 2026 at 10:14, The Constituency Office of\nAmira Holloway MP\n"
        "<casework.wexcombe.north@holloway.example> wrote:\n\n@QUOTED"
    ),
    "gmail_welsh": "@NEW\n\nAr Maw, 3 Tach 2026 am 10:14 Ana Reyes <office@holloway.example> ysgrifennodd:\n\n@QUOTED",
    "gmail_french": "@NEW\n\nLe mar. 3 nov. 2026 à 10:14, Ana Reyes <office@holloway.example> a écrit :\n\n@QUOTED",
    "gmail_german": "@NEW\n\nAm Di., 3. Nov. 2026 um 10:14 Uhr schrieb Ana Reyes <office@holloway.example>:\n\n@QUOTED",
    "gmail_spanish": "@NEW\n\nEl mar, 3 nov 2026 a las 10:14, Ana Reyes (<office@holloway.example>) escribió:\n\n@QUOTED",
    "gmail_polish": "@NEW\n\nwt., 3 lis 2026 o 10:14 Ana Reyes <office@holloway.example> napisał(a):\n\n@QUOTED",
    "gmail_signature": "@NEW\n\n-- \nNia Prys\n01632 960417\n\nOn Tue, 3 Nov 2026, 10:14 Ana Reyes, <office@holloway.example> wrote:\n\n@QUOTED",
    "gmail_romanian": "@NEW\n\nÎn mar., 3 nov. 2026 la 10:14, Ana Reyes <office@holloway.example> a scris:\n\n@QUOTED",
    "gmail_russian": "@NEW\n\nвт, 3 нояб. 2026 г. в 10:14, Ana Reyes <office@holloway.example>:\n\n@QUOTED",
    "gmail_ukrainian": "@NEW\n\nвт, 3 лист. 2026 р. о 10:14 Ana Reyes <office@holloway.example> пише:\n\n@QUOTED",
    "gmail_czech": "@NEW\n\nút 3. 11. 2026 v 10:14 odesílatel Ana Reyes <office@holloway.example> napsal:\n\n@QUOTED",
    "gmail_turkish": "@NEW\n\nAna Reyes <office@holloway.example>, 3 Kas 2026 Sal, 10:14 tarihinde şunu yazdı:\n\n@QUOTED",
    "gmail_chinese": "@NEW\n\nAna Reyes <office@holloway.example> 於 2026年11月3日 週二 上午10:14寫道：\n\n@QUOTED",
    "gmail_persian": "@NEW\n\nدر تاریخ سه‌شنبه ۳ نوامبر ۲۰۲۶،\u200f ۱۰:۱۴ Ana Reyes <office@holloway.example> نوشت:\u202c\n\n@QUOTED",
    "gmail_arabic_wrapped": (
        "@NEW\n\nفي الثلاثاء، 3 نوفمبر 2026 في 10:14 ص تمت كتابة ما يلي بواسطة Ana Reyes\n<office@holloway.example>:\n\n@QUOTED"
    ),
    "unmarked_lithuanian": "@NEW\n\n2026-11-03, an, 10:14 Ana Reyes <office@holloway.example> rašė:\n\n@OLD",
    "telegraph": "@NEW\n2026-11-03 10:14 GMT, Ana Reyes <office@holloway.example>:\n@QUOTED",
    "zimbra": "@NEW\n\n----- On 3 Nov, 2026, at 10:14, Ana Reyes office@holloway.example wrote:\n\n@QUOTED",
    "thunderbird_hungarian": "@NEW\n\n2026. 11. 03. 10:14 keltezéssel, Ana Reyes írta:\n@QUOTED",
    "thunderbird_chinese": "@NEW\n\n在 2026/11/3 10:14, Ana Reyes 写道:\n@QUOTED",
    "thunderbird_polish": "@NEW\n\nW dniu 3.11.2026 o 10:14, Ana Reyes pisze:\n@QUOTED",
    "gmx": (
        "@NEW\n\nGesendet: Dienstag, 03. November 2026 um 10:14 Uhr\nVon: Ana Reyes <office@holloway.example>\n"
        "An: nia@post.example\nBetreff: Re: Damp\n\n@OLD"
    ),
    "t_online": (
        "@NEW\n\n-----Original-Nachricht-----\nBetreff: Re: Damp\nDatum: 2026-11-03T10:14:12+0100\n"
        "Von: Ana Reyes <office@holloway.example>\nAn: nia@post.example\n\n@OLD"
    ),
    "seznam": (
        "@NEW\n\n---------- Původní e-mail ----------\nOd: Ana Reyes <office@holloway.example>\nKomu: nia@post.example\n"
        "Datum: 3. 11. 2026 10:14:12\nPředmět: Re: Damp\n\n@OLD"
    ),
    "apple": "@NEW\n\n> On 3 Nov 2026, at 10:14, Ana Reyes <office@holloway.example> wrote:\n> \n@QUOTED",
    "apple_welsh": "@NEW\n\n> Ar 3 Tach 2026, am 10:14, ysgrifennodd Ana Reyes <office@holloway.example>:\n> \n@QUOTED",
    "iphone": "@NEW\n\nSent from my iPhone\n\n> On 3 Nov 2026, at 10:14, Ana Reyes <office@holloway.example> wrote:\n> \n@QUOTED",
    "iphone_emoji": "@NEW\n\nSent from my iPhone\n\n> On 3 Nov 2026, at 10:14, Ana Reyes <office@holloway.example> wrote:\n> \n> ﻿Dear Ms Prys",
    "iphone_welsh": "@NEW\n\nAnfonwyd o fy iPhone\n\n> Ar 3 Tach 2026, am 10:14, ysgrifennodd Ana Reyes <office@holloway.example>:\n> \n@QUOTED",
    "iphone_german": "@NEW\n\nVon meinem iPhone gesendet\n\n> Am 03.11.2026 um 10:14 schrieb Ana Reyes <office@holloway.example>:\n> \n@QUOTED",
    "iphone_romanian": "@NEW\n\nTrimis de pe iPhone\n\n> Pe 3 nov. 2026, la 10:14, Ana Reyes <office@holloway.example> a scris:\n> \n@QUOTED",
    "iphone_portuguese": "@NEW\n\nEnviado do meu iPhone\n\n> No dia 03/11/2026, às 10:14, Ana Reyes <office@holloway.example> escreveu:\n> \n@QUOTED",
    "iphone_french": "@NEW\n\nEnvoyé de mon iPhone\n\n> Le 3 nov. 2026 à 10:14, Ana Reyes <office@holloway.example> a écrit :\n> \n@QUOTED",
    "thunderbird": "@NEW\n\nOn 03/11/2026 10:14, Ana Reyes wrote:\n@QUOTED",
    "thunderbird_below": "On 03/11/2026 10:14, Ana Reyes wrote:\n@QUOTED\n\n@NEW",
    "thunderbird_below_signature": "On 03/11/2026 10:14, Ana Reyes wrote:\n@QUOTED\n\n@NEW\n\n-- \nNia Prys\nFlat 4, 12 Mill Lane",
    "thunderbird_german": "@NEW\n\nAm 03.11.26 um 10:14 schrieb Ana Reyes:\n@QUOTED",
    "outlook": (
        "@NEW\n\nFrom: Ana Reyes <office@holloway.example>\nSent: 03 November 2026 10:14\n"
        "To: Nia Prys <nia@post.example>\nSubject: RE: Damp\n\n@OLD"
    ),
    "outlook_rule": (
        "@NEW\n\n________________________________\nFrom: Ana Reyes <office@holloway.example>\n"
        "Sent: Tuesday, November 3, 2026 10:14 AM\nTo: Nia Prys <nia@post.example>\nCc: Clerk <c@post.example>\n"
        "Subject: Re: Damp\n\n@OLD"
    ),
    "outlook_bold": (
        "@NEW\n\n*From:* Ana Reyes <office@holloway.example>\n*Sent:* 03 November 2026 10:14\n"
        "*To:* Nia Prys <nia@post.example>\n*Subject:* Re: Damp\n\n@OLD"
    ),
    "outlook_bold_wide": (
        "@NEW\n\n**From: **Ana Reyes <office@holloway.example>\n**Date: **Tuesday, 3 November 2026 at 10:14\n"
        "**To: **Nia Prys <nia@post.example>\n**Subject: **Re: Damp\n\n@OLD"
    ),
    "outlook_original": (
        "@NEW\n\n-----Original Message-----\nFrom: Ana Reyes <office@holloway.example>\n"
        "Sent: 03 November 2026 10:14\nTo: Nia Prys\nSubject: RE: Damp\n\n@OLD"
    ),
    "outlook_original_marked": (
        "@NEW\n\n> -----Original Message-----\n> From: Ana Reyes <office@holloway.example>\n"
        "> Sent: 03 November 2026 10:14\n> To: Nia Prys\n> Subject: RE: Damp\n>\n@QUOTED"
    ),
    "outlook_welsh": (
        "@NEW\n\nOddi wrth: Ana Reyes <office@holloway.example>\nAnfonwyd: 03 Tachwedd 2026 10:14\n"
        "At: Nia Prys <nia@post.example>\nPwnc: AT: Lleithder\n\n@OLD"
    ),
    "outlook_welsh_original": (
        "@NEW\n\n-----Neges Wreiddiol-----\nOddi wrth: Ana Reyes\nAnfonwyd: 03 Tachwedd 2026 10:14\n"
        "At: Nia Prys\nPwnc: AT: Lleithder\n\n@OLD"
    ),
    "outlook_two_languages": (
        "@NEW\n\nOddi wrth / From: Ana Reyes <office@holloway.example>\nAnfonwyd / Sent: 03 Tachwedd 2026 10:14\n"
        "At / To: Nia Prys <nia@post.example>\nPwnc / Subject: Lleithder / Damp\n\n@OLD"
    ),
    "outlook_german": (
        "@NEW\n\nVon: Ana Reyes <office@holloway.example>\nGesendet: Dienstag, 3. November 2026 10:14\n"
        "An: Nia Prys <nia@post.example>\nBetreff: AW: Damp\n\n@OLD"
    ),
    "outlook_french": (
        "@NEW\n\nDe : Ana Reyes <office@holloway.example>\nEnvoyé : mardi 3 novembre 2026 10:14\n"
        "À : Nia Prys <nia@post.example>\nObjet : RE: Damp\n\n@OLD"
    ),
    "outlook_romanian": (
        "@NEW\n\nDe la: Ana Reyes <office@holloway.example>\nTrimis: marți, 3 noiembrie 2026 10:14\n"
        "Către: Nia Prys <nia@post.example>\nSubiect: RE: Damp\n\n@OLD"
    ),
    "outlook_ukrainian": (
        "@NEW\n\nВід: Ana Reyes <office@holloway.example>\nНадіслано: 3 листопада 2026 р. 10:14\n"
        "Кому: Nia Prys <nia@post.example>\nТема: RE: Damp\n\n@OLD"
    ),
    "outlook_chinese": (
        "@NEW\n\n发件人：Ana Reyes <office@holloway.example>\n发送时间：2026年11月3日 10:14\n"
        "收件人：Nia Prys <nia@post.example>\n主题：RE: Damp\n\n@OLD"
    ),
    "outlook_turkish_in_capitals": (
        "@NEW\n\nKİMDEN: Ana Reyes <office@holloway.example>\nGÖNDERİLME: 3 Kasım 2026 Salı 10:14\n"
        "KİME: Nia Prys <nia@post.example>\nKONU: RE: Damp\n\n@OLD"
    ),
    "outlook_arabic": (
        "@NEW\n\nمن: Ana Reyes <office@holloway.example>\nتم الإرسال: 03 نوفمبر 2026 10:14\n"
        "إلى: Nia Prys <nia@post.example>\nالموضوع: RE: Damp\n\n@OLD"
    ),
    "outlook_mobile": (
        "@NEW\n\nGet Outlook for iOS<https://aka.example/o0ukef>\n________________________________\n"
        "From: Ana Reyes <office@holloway.example>\nSent: Tuesday, November 3, 2026 10:14:02 AM\n"
        "To: Nia Prys <nia@post.example>\nSubject: Re: Damp\n\n@OLD"
    ),
    "outlook_web_signature": (
        "@NEW\n\nKind regards,\n\nNia Prys\n\n________________________________\n"
        "From: Ana Reyes <office@holloway.example>\nSent: 03 November 2026 10:14\nTo: Nia Prys\nSubject: Re: Damp\n\n@OLD"
    ),
    "yahoo": "@NEW\n\n    On Tuesday, 3 November 2026 at 10:14:22 GMT, Ana Reyes <office@holloway.example> wrote:  \n \n @OLD",
    "yahoo_mobile": (
        "@NEW\n\nSent from Yahoo Mail on Android \n \n  On Tue, 3 Nov 2026 at 10:14, Ana Reyes<office@holloway.example>"
        " wrote:   @OLD"
    ),
    "samsung": (
        "@NEW\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\n"
        "From: Ana Reyes <office@holloway.example>\nDate: 03/11/2026 10:14 (GMT+00:00)\n"
        "To: Nia Prys <nia@post.example>\nSubject: Re: Damp\n\n@OLD"
    ),
    "android": "@NEW\n\n\n\nSent from my Samsung Galaxy smartphone.\n\n@QUOTED",
    "forwarded": (
        "@NEW\n\n---------- Forwarded message ---------\nFrom: Ana Reyes <office@holloway.example>\n"
        "Date: Tue, 3 Nov 2026 at 10:14\nSubject: Damp\nTo: <nia@post.example>\n\n@OLD"
    ),
    "forwarded_apple": (
        "@NEW\n\nBegin forwarded message:\n\nFrom: Ana Reyes <office@holloway.example>\nSubject: Damp\n"
        "Date: 3 November 2026 at 10:14:00 GMT\nTo: nia@post.example\n\n@OLD"
    ),
    "forwarded_thunderbird": (
        "@NEW\n\n-------- Forwarded Message --------\nSubject: Damp\nDate: Tue, 3 Nov 2026 10:14:00 +0000\n"
        "From: Ana Reyes <office@holloway.example>\nTo: nia@post.example\n\n@OLD"
    ),
    "ticket_above": "@NEW\n\n##- Please type your reply above this line -##\n\nTicket 4711\n\n@OLD",
    "ticket_first": "##- Please type your reply above this line -##\n\n@NEW\n\nOn 3 Nov 2026 10:14, Housing Repairs wrote:\n\n@QUOTED",
    "ticket_council": (
        "@NEW\n\n--- Please reply above this line ---\n\nWexcombe Council, Housing Repairs\nReference: HR-20931\n\n@OLD"
    ),
    "ticket_dashes": "@NEW\n\n-----------Reply above this line-----------\n@OLD",
    "ticket_welsh": "@NEW\n\n##- Atebwch uwchben y llinell hon -##\n\nCyfeirnod: HR-20931\n\n@OLD",
    "bare_quotation": "@NEW\n\n@QUOTED",
    "name_and_no_date": "@NEW\n\nAna Reyes wrote:\n@QUOTED",
    "name_and_no_date_yahoo": "@NEW\n\n--- Ana Reyes <office@holloway.example> wrote:\n@QUOTED",
    "name_and_no_date_horde": "@NEW\n\nQuoting Ana Reyes <office@holloway.example>:\n\n@QUOTED",
    "name_and_no_date_french": "@NEW\n\nAna Reyes a écrit :\n@QUOTED",
    "name_below_a_news_id": "@NEW\n\nIn article <4f2@news.example>,\n Ana Reyes <office@holloway.example> writes:\n@QUOTED",
    "gmail_of_2011": "@NEW\n\n2026/11/3 Ana Reyes <office@holloway.example>\n\n@QUOTED",
    "gmail_of_2014": "@NEW\n\n2026-11-03 10:14 GMT+03:00 Ana Reyes <\noffice@holloway.example>:\n\n@QUOTED",
    "name_in_hyphens": "@NEW\n\n---- Ana Reyes wrote ----\n\n@QUOTED",
    "date_in_hyphens": "@NEW\n\n---- On Tue, 03 Nov 2026 10:14:00 +0000 Ana Reyes <office@holloway.example> wrote ---\n\n@OLD",
    "dutch_apple_unmarked": "@NEW\n\nOp 3 nov. 2026, om 10:14 heeft Ana Reyes <office@holloway.example> het volgende geschreven:\n\n@OLD",
    "forwarded_plainly": "@NEW\n\nForwarded message:\n\n*From:* Ana Reyes <office@holloway.example>\n*Subject:* Damp\n\n@OLD",
    "telephone_in_brackets": "@NEW\n\n(Sent from a mobile device)",
    "date_in_words": "@NEW\n\nExcerpts from Ana Reyes's message of Tue Nov 03 10:14:00 +0000 2026:\n@QUOTED",
    "android_russian": '@NEW\n\n03.11.2026 10:14 пользователь "Ana Reyes" <\noffice@holloway.example> написал:\n\n@QUOTED',
    "android_russian_right_below": '@NEW\n03.11.2026 10:14 пользователь "Ana Reyes" <\noffice@holloway.example> написал:\n\n@QUOTED',
    "marks_set_in": "@NEW\n\n > Dear Ms Prys,\n > \n > Thank you for your letter.",
    "marked_lines_broken": (
        "@NEW\n\nAna Reyes wrote:\n> Thank you for your letter about the damp. We have written to the council and\nexpect"
        "\n> an answer by 14 November, and will write again once we have it, or by then if we\nhave not\n> heard."
    ),
    "below_a_cut": "On Tue, 3 Nov 2026, Ana Reyes wrote:\n\n[...]\n> It is damp.\n\n@NEW",
    "sealed": (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n@NEW\n-----BEGIN PGP SIGNATURE-----\n\niQIz\n"
        "-----END PGP SIGNATURE-----"
    ),
    "deep_quotation": "@NEW\n\nOn 3 Nov 2026, Ana Reyes wrote:\n> On 1 Nov 2026, Nia Prys wrote:\n>> It is damp.\n>\n@QUOTED",
    # --- and what comes at the end of a mail that quotes nothing
    "nothing_quoted": "@NEW",
    "signature": "@NEW\n\n-- \nNia Prys\nFlat 4, 12 Mill Lane\nWX4 7QP",
    "signature_without_space": "@NEW\n\n--\nNia Prys",
    "sign_off": "@NEW\n\nKind regards\n\nNia",
    "sign_off_yours": "@NEW\n\nYours sincerely,\nNia Prys (Mrs)",
    "sign_off_thanks": "@NEW\n\nMany thanks,\nNia",
    "sign_off_welsh": "@NEW\n\nCofion gorau,\nNia Prys",
    "sign_off_welsh_kindly": "@NEW\n\nYn gywir,\n\nNia Prys\n01632 960417",
    "sign_off_german": "@NEW\n\nMit freundlichen Grüßen\nNia Prys",
    "sign_off_french": "@NEW\n\nCordialement,\nNia Prys",
    "telephone_only": "@NEW\n\nSent from my iPad",
    "telephone_outlook_dutch": "@NEW\n\nDownload Outlook voor iOS<https://aka.example/o0ukef>",
    "forwarded_apple_german": (
        "@NEW\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Ana Reyes <office@holloway.example>\nBetreff: Damp\n"
        "Datum: 3. November 2026 um 10:14:00 MEZ\nAn: nia@post.example\n\n@OLD"
    ),
    "forwarded_apple_french": (
        "@NEW\n\nDébut du message transféré :\n\nDe: Ana Reyes <office@holloway.example>\nObjet: Damp\n"
        "Date: 3 novembre 2026 à 10:14:00 UTC\nÀ: nia@post.example\n\n@OLD"
    ),
    "forwarded_apple_italian": "@NEW\n\nInizio messaggio inoltrato:\n\nDa: Ana Reyes <office@holloway.example>\n\n@OLD",
    "forwarded_apple_polish": "@NEW\n\nPoczątek przekazywanej wiadomości:\n\nOd: Ana Reyes <office@holloway.example>\n\n@OLD",
    "forwarded_apple_portuguese": "@NEW\n\nInício da mensagem reencaminhada:\n\n@OLD",
    "notes": (
        "@NEW\n\nAna Reyes <office@holloway.example>\nSent by: Ana Reyes <office@holloway.example>\n03/11/26 10:14\n"
        "Please respond to\nAna Reyes <office@holloway.example>\n\n\nTo\nnia@post.example\ncc\n\nSubject\nDamp\n\n\n@OLD"
    ),
    "outlook_spanish": (
        "@NEW\n\nDe: Ana Reyes <office@holloway.example>\nEnviado el: martes, 3 de noviembre de 2026 10:14\n"
        "Para: Nia Prys <nia@post.example>\nAsunto: RE: Damp\n\n@OLD"
    ),
    "outlook_brazilian": (
        "@NEW\n\nDe: Ana Reyes <office@holloway.example>\nEnviada em: terça-feira, 3 de novembro de 2026 10:14\n"
        "Para: Nia Prys <nia@post.example>\nAssunto: RE: Damp\n\n@OLD"
    ),
    "outlook_bengali": (
        "@NEW\n\nপ্রেরক: Ana Reyes <office@holloway.example>\nতারিখ: ৩ নভেম্বর, ২০২৬ ১০:১৪\n"
        "প্রাপক: Nia Prys <nia@post.example>\nবিষয়: RE: Damp\n\n@OLD"
    ),
    "outlook_punjabi": (
        "@NEW\n\nਵੱਲੋਂ: Ana Reyes <office@holloway.example>\nਭੇਜਿਆ: 3 ਨਵੰਬਰ 2026 10:14\n"
        "ਨੂੰ: Nia Prys <nia@post.example>\nਵਿਸ਼ਾ: RE: Damp\n\n@OLD"
    ),
    "gmail_urdu_unmarked": "@NEW\n\nبروز منگل، 3 نومبر، 2026 کو 10:14 پر Ana Reyes <office@holloway.example> نے لکھا:\n\n@OLD",
    "gmail_bengali_unmarked": "@NEW\n\nমঙ্গল, ৩ নভেম্বর, ২০২৬ ১০:১৪ তারিখে Ana Reyes <office@holloway.example> লিখেছেন:\n\n@OLD",
    "windows_german": "@NEW\n\nGesendet von Mail für Windows",
    "outlook_german_telephone": "@NEW\n\nOutlook für iOS<https://aka.example/o0ukef> beziehen",
    "windows_french": "@NEW\n\nProvenance : Courrier pour Windows 10",
    "outlook_italian_telephone": "@NEW\n\nScarica Outlook per Android<https://aka.example/AAb9ysg>",
    "outlook_polish_telephone": "@NEW\n\nPobierz aplikację Outlook dla systemu iOS<https://aka.example/o0ukef>",
    "telephone_polish": "@NEW\n\nWysłano z iPhone’a",
    "telephone_spanish": "@NEW\n\nEnviado desde mi iPhone",
    "windows_spanish": "@NEW\n\nEnviado desde Correo para Windows",
    "windows_portuguese": "@NEW\n\nEnviado do Correio para Windows",
    "telephone_brazilian": "@NEW\n\nEnviado via iPhone",
    "outlook_portuguese_telephone": "@NEW\n\nObter o Outlook para Android<https://aka.example/AAb9ysg>",
    "outlook_romanian_telephone": "@NEW\n\nObțineți Outlook pentru Android<https://aka.example/AAb9ysg>",
    "yahoo_romanian": "@NEW\n\nTrimis de la Yahoo Mail pe Android",
    "outlook_welsh_telephone": "@NEW\n\nAnfonwyd o Outlook ar gyfer iOS",
    "telephone_arabic": "@NEW\n\nأُرسلت من الـ iPhone",
    "telephone_urdu": "@NEW\n\nمیرے iPhone سے بھیجا گیا",
    "telephone_bengali": "@NEW\n\nআমার iPhone থেকে পাঠানো হয়েছে",
    "telephone_punjabi": "@NEW\n\nਮੇਰੇ iPhone ਤੋਂ ਭੇਜਿਆ ਗਿਆ",
    "telephone_hindi": "@NEW\n\nमेरे iPhone से भेजा गया",
    "telephone_turkish": "@NEW\n\niPhone’umdan gönderildi",
    "telephone_lithuanian": "@NEW\n\nIšsiųsta iš mano iPhone",
    "telephone_bt": "@NEW\n\nSent via BT Email App",
    "proton": "@NEW\n\nSent with Proton Mail secure email.",
    "telephone_outlook": "@NEW\n\nSent from Outlook for Android<https://aka.example/AAb9ysg>",
    "disclaimer": (
        "@NEW\n\nRegards\nJo Marsh\nHousing Officer\n\nThis email and any attachments are confidential and intended"
        " solely for the addressee.\nIf you have received it in error please delete it."
    ),
    "disclaimer_stars": (
        "@NEW\n\n**********************************************************************\n"
        "This e-mail may contain confidential information. If you are not the intended recipient\n"
        "you must not copy it.\n**********************************************************************"
    ),
    "disclaimer_in_pieces": (
        "@NEW\n\n**********************************************************************\n\nThis email and any files"
        " transmitted with it are confidential and\n\nintended solely for those to whom they\n\nare addressed. If you have"
        " received this email in error please notify\n\nthe system manager.\n\n"
        "**********************************************************************\n\nThe original of this email was scanned"
        " for viruses.\nCommunications via the GSi may be automatically logged, monitored and/or recorded."
    ),
    "disclaimer_of_the_police": (
        "@NEW\n\n**********\n\nInternet email is not to be treated as a secure means of communication.\n\nWexcombe"
        " Constabulary monitors all internet email activity and content.\n\nThis is intended for the addressee(s) only.\n\n"
        "Thank you for your co-operation.\n\n**********"
    ),
    "disclaimer_between_spaced_stars": (
        "@NEW\n\n* * * * * * * * * * * * * * * * * * * *\nThis email and any attachments are intended for the addressee"
        " only.\nIt may be confidential.\n\nVisit our website - http://www.wexcombe.example\n\n* * * * * * * * * * * * * * *"
    ),
    "disclaimer_titled": (
        "@NEW\n\n----------------------------------------\n\nPlease do not reply to this email.\n\n- - Disclaimer - -\nThis"
        " e-mail and any files transmitted with it are confidential. If you are not the intended recipient, delete it."
    ),
    "scanned": "@NEW\n\n__________________________________\nThis email has been scanned by the mail service of Wexcombe.",
    "disclaimer_two_languages": (
        "@NEW\n\n________________________________\nMae'r e-bost hwn yn gyfrinachol ac at sylw'r sawl y'i cyfeiriwyd ato"
        " yn unig.\n\nThis email is confidential and intended only for the person to whom it is addressed."
    ),
    "read_by_scanner": "@NEW\n\nVirus-free. www.avast.example",
}

# Which words in which manner: every manner with two, every words with many.
ALONE = {
    "gmail_welsh": ["cy", "cy_question"],
    "apple_welsh": ["cy", "cy_question"],
    "iphone_welsh": ["cy", "cy_question"],
    "outlook_welsh": ["cy", "cy_question"],
    "outlook_welsh_original": ["cy", "cy_question"],
    "sign_off_welsh": ["cy", "cy_question"],
    "sign_off_welsh_kindly": ["cy", "cy_question"],
    "ticket_welsh": ["cy", "cy_question"],
    "gmail_french": ["fr", "en"],
    "iphone_french": ["fr"],
    "outlook_french": ["fr", "en_list"],
    "sign_off_french": ["fr"],
    "gmail_german": ["de", "en"],
    "iphone_german": ["de"],
    "thunderbird_german": ["de"],
    "outlook_german": ["de", "en_dash"],
    "sign_off_german": ["de"],
    "gmail_spanish": ["es"],
    "gmail_polish": ["pl"],
}
USUAL = ["en", "en_list", "en_dash", "en_one_line", "en_short_lines", "cy", "pl", "cy_question"]

INTERLEAVED = [
    (
        "On 3 Nov 2026, Ana Reyes wrote:\n> Is the boiler mended?\nNo.\n> And the window?\nYes, on Friday.",
        "No.\nYes, on Friday.",
    ),
    (
        "Hello Ana,\n\n> Is the boiler mended?\n\nNo, they never came.\n\n> When were they meant to?\n\nOn Monday.\n\nNia",
        "Hello Ana,\n\nNo, they never came.\n\nOn Monday.\n\nNia",
    ),
    (
        "Diolch.\n\n> Ydy'r boeler yn gweithio?\n\nNac ydy.\n\n> Pryd ddaethon nhw?\n\nDdydd Llun.",
        "Diolch.\n\nNac ydy.\n\nDdydd Llun.",
    ),
    ("> It is damp.\n\nIs it still?\n\n> It was cold.\n\nAnd now?", "Is it still?\n\nAnd now?"),
]

# Nothing here is quotation or signature, though it begins like it.
MISLEADING = [
    "Please see this first.\n\nDate: 3 May\nTo: Ana\nSubject: the damp\nFrom: Nia\n\nIt is back.",
    "----- What happened -----\nDate: 3 May\nTo: the clinic\nI walk with a stick, and it takes an hour.",
    "My tenancy <flat@landlord.example> began at 10:14:\nnobody came to let me in.",
    "On Tuesday I wrote:\nDear council, please come.\n\nThey did not.",
    "From: the beginning nobody listened.\nTo: this day nobody does.",
    "Three options:\n- mend it\n- replace it\n- move us\n\nWhich is it?",
    "I said on Monday, and my neighbour wrote: the stairs are wet.",
    "Thanks for ringing.\n\nThe council says there is a form. Which one do we want?",
    "Ar y dydd hwnnw ysgrifennodd fy mam at y cyngor.\n\nNi ddaeth ateb.",
    "The letter says -- and I quote -- that we are not eligible.",
    "Rent: 640\nCouncil tax: 122\nTo: pay by Friday\n\nWe cannot.",
    "1. The roof\n2. The gutter\n\nRegards the gutter, it is new.",
    "Sent from the council to my landlord, the letter never came.",
    "Best wishes from all of us on the street, who signed this: please do not close the library.\n\nThere are 214 names.",
    "Original message boards at the school were removed.\n\nWe want them back.",
]


@dataclass(frozen=True)
class Reply:
    """One invented reply: what arrived, and what is new in it."""

    name: str
    text: str
    new: str


def every() -> Iterator[Reply]:
    """The whole corpus."""
    quoted = re.sub("(?m)^(?=.)", "> ", OLD)
    quoted = re.sub("(?m)^$", ">", quoted)
    for number, (manner, form) in enumerate(MANNERS.items()):
        words = ALONE.get(manner) or [USUAL[(number * 2 + k) % len(USUAL)] for k in range(3)]
        for word in words:
            text = form.replace("@QUOTED", quoted).replace("@OLD", OLD).replace("@NEW", NEW[word])
            yield Reply(f"{manner}, {word}", text, NEW[word])
    for number, (text, new) in enumerate(INTERLEAVED):
        yield Reply(f"interleaved {number}", text, new)
    for number, text in enumerate(MISLEADING):
        yield Reply(f"misleading {number}", text, text)
