"""Only what our own provider found about a sender counts."""

import pytest

from opencasework.office.inbox.reading.authentication import EXCHANGE_ONLINE, sender_check

PROVIDER = "mx.parliament.example"
PASS = f"{PROVIDER}; spf=pass smtp.mailfrom=mail.example; dmarc=pass (p=reject) header.from=mail.example"
EXCHANGE = (
    "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=mail.example; dkim=pass (signature was verified)"
    " header.d=mail.example;dmarc=pass action=none header.from=mail.example;compauth=pass reason=100"
)
FORGED = "mx.evil.example; dmarc=pass header.from=mail.example"


def check(*results, trusted=PROVIDER, senders=1):
    return str(sender_check(results, trusted=trusted, from_address="nia@Mail.example", senders=senders))


@pytest.mark.parametrize(
    ("results", "trusted", "expected"),
    [
        ([PASS], PROVIDER, "aligned"),
        ([PASS, FORGED], PROVIDER, "aligned"),
        ([f"{PROVIDER} 1; dmarc=pass header.from=mail.example"], PROVIDER, "aligned"),
        ([f'{PROVIDER}; dmarc=pass header.from="mail.example"'], PROVIDER, "aligned"),
        ([PASS.replace("dmarc=pass", "dmarc=fail")], PROVIDER, "failed"),
        ([PASS.replace("header.from=mail", "header.from=other")], PROVIDER, "unknown"),
        ([PASS.replace("dmarc=pass", "dmarc=none")], PROVIDER, "unknown"),
        ([PASS.replace("dmarc", "(dmarc=pass) x-dmarc")], PROVIDER, "unknown"),
        ([f'{PROVIDER}; x=pass reason="; dmarc=pass header.from=mail.example"'], PROVIDER, "unknown"),
        ([PASS + "; dmarc=fail header.from=mail.example"], PROVIDER, "unknown"),
        ([FORGED], PROVIDER, "unknown"),
        ([FORGED, PASS], PROVIDER, "unknown"),  # ours is never below another
        ([PASS], "", "unknown"),  # the office has not said whom it trusts
        ([], PROVIDER, "unknown"),
        ([EXCHANGE], EXCHANGE_ONLINE, "aligned"),
        ([EXCHANGE], PROVIDER, "unknown"),
        ([FORGED, EXCHANGE], EXCHANGE_ONLINE, "unknown"),
        ([EXCHANGE.replace("dmarc=pass", "dmarc=fail")], EXCHANGE_ONLINE, "failed"),
    ],
)
def test_who_vouches_for_the_sender(results, trusted, expected):
    assert check(*results, trusted=trusted) == expected


@pytest.mark.parametrize(
    "forged",
    [
        # A local part may be quoted, and its writer chooses what stands in the quotes.
        'spf=pass smtp.mailfrom="x\\"; dmarc=pass header.from=mail.example; y=\\"z"@evil.example',
        "spf=pass (said \\) ; dmarc=pass header.from=mail.example; \\( so) smtp.mailfrom=evil.example",
        'dmarc=pass header.from="mail.example evil.example"',
        'dmarc=pass header.from="mail.example\t.evil.example"',
        'dmarc=pass header.from="mail.example\\"evil.example"',
        'dmarc=pass header.from=mail.example; spf=fail smtp.mailfrom="x',
        "dmarc=pass header.from=mail.example; spf=fail (x",
    ],
)
def test_what_stands_in_quotes_or_a_comment_vouches_for_nobody(forged):
    assert check(f"{PROVIDER}; {forged}") == "unknown"


def test_a_quotation_with_a_backslash_hides_nothing_after_it():
    assert (
        check(f'{PROVIDER}; spf=pass (a \\" b) smtp.mailfrom="a\\"b"@x; {PASS.partition("; ")[2]}')
        == "aligned"
    )


def test_a_mail_with_two_senders_is_vouched_for_by_nobody():
    assert check(PASS, senders=2) == "unknown"
