"""Sixty messages such as an office gets in a few days, all invented: for the demonstration and the tests.

Letters about casework, a campaign, a thread, replies from bodies, an automatic reply, Welsh, attachments,
HTML, and one that is broken. Every person and place is made up and every address ends in .example.
"""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib import resources

OFFICE = "casework@holloway.example"

WORDS = json.loads(
    resources.files("opencasework.office.inbox").joinpath("data/samples.json").read_text("utf-8")
)


def pdf_of(*lines: str) -> bytes:
    """One A4 page with a few lines on it."""
    drawn = "".join(f"({line}) Tj T* " for line in lines)
    page = f"BT /F 13 Tf 22 TL 72 760 Td {drawn}ET".encode("latin-1", "replace")
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<<"
        b"/Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
        % (len(page), page)
    )


DECISION = pdf_of(
    "Northmere Housing Office", "", "Your application", "", "We have decided not to change our decision.",
    "You may ask for a review within 21 days.",
)  # fmt: skip
ANSWER = pdf_of(
    "Pensions Service", "", "To: Amira Holloway MP", "", "The payment was stopped in error.",
    "It was paid with arrears on Tuesday. We are sorry for the worry.",
)  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """An invented person."""

    name: str
    address: str
    street: str
    postcode: str


def sample_messages(seed: int, today: date) -> list[bytes]:
    """Sixty raw messages, all different, in the order they arrived; the last of them on `today`.

    The same seed and day make the same bytes.
    """
    return _Maker(seed, today).messages()


class _Maker:
    def __init__(self, seed: int, today: date) -> None:
        self.random = random.Random(f"samples {seed}")
        self.seed = seed
        # Sixty steps of 71 minutes end in the morning of `today`.
        self.now = datetime.combine(today, time(9), tzinfo=UTC) - timedelta(minutes=71 * 60)
        self.writers = [self._writer(index) for index in range(len(WORDS["first_names"]))]
        self.made: list[bytes] = []

    def messages(self) -> list[bytes]:
        letters = list(WORDS["letters"])
        self.random.shuffle(letters)
        for index, (subject, text) in enumerate(letters):
            self._letter(self.writers[index], subject, text, form=index % 6)
        for writer in self.writers[10:21]:
            self._campaign(writer)
        for writer, (subject, text) in zip(self.writers[6:8], WORDS["welsh"], strict=True):
            self._letter(writer, subject, text, form=0, greeting=False)
        self._thread(self.writers[24])
        self._bodies()
        self._odd_ones()
        self._more()
        return self.made

    def _writer(self, index: int) -> Writer:
        first, last = WORDS["first_names"][index], WORDS["last_names"][index]
        plain = f"{first}.{last}".lower().translate(str.maketrans("â ŷô", "a-yo"))
        street = f"{self.random.randint(2, 180)} {self.random.choice(WORDS['streets'])}"
        postcode = f"WX{self.random.randint(1, 9)} {self.random.randint(1, 9)}{self.random.choice('QPRS')}L"
        domain = self.random.choice(["post.example", "mail.example", "letters.example"])
        return Writer(f"{first} {last}", f"{plain}@{domain}", street, postcode)

    def _new(self, writer: Writer, subject: str) -> EmailMessage:
        self.now += timedelta(minutes=71)
        message = EmailMessage(policy=SMTP)
        message["From"] = f"{writer.name} <{writer.address}>"
        message["To"] = f"Amira Holloway MP <{OFFICE}>"
        message["Subject"] = subject
        message["Date"] = format_datetime(self.now)
        domain = writer.address.rpartition("@")[2]
        message["Message-ID"] = f"<{self.seed}.{len(self.made)}.{self.now:%Y%m%d%H%M}@{domain}>"
        return message

    def _keep(self, message: EmailMessage) -> str:
        for number, part in enumerate(message.walk()):
            if part.is_multipart() and part.get_content_maintype() == "multipart":
                part.set_boundary(f"=_{self.seed}.{len(self.made)}.{number}")  # else a random one
        self.made.append(message.as_bytes())
        return str(message["Message-ID"])

    def _words(self, writer: Writer, text: str, *, greeting: bool = True) -> str:
        text = text.format(name=writer.name, street=writer.street, postcode=writer.postcode)
        start = "Dear Ms Holloway,\n\n" if greeting else ""
        return f"{start}{text}\n\nYours sincerely,\n{writer.name}\n{writer.street}\n{writer.postcode}\n"

    def _letter(self, writer: Writer, subject: str, text: str, *, form: int, greeting: bool = True) -> str:
        """One person's letter, in one of the forms mail programs give it."""
        message = self._new(writer, subject)
        words = self._words(writer, text, greeting=greeting)
        if form == 1:
            message.set_content(_as_html(words), subtype="html")
        else:
            message.set_content(words, charset="utf-8")
        if form in (2, 3):
            message.add_alternative(_as_html(words), subtype="html")
        if form == 3:
            message.add_attachment(
                _picture(len(self.made)), maintype="image", subtype="png", filename="IMG_2041.png"
            )
        if form == 4:
            message.add_attachment(
                DECISION, maintype="application", subtype="pdf", filename="Decision – copy.pdf"
            )
        return self._keep(message)

    def _campaign(self, writer: Writer) -> None:
        subject, text = WORDS["campaign"]
        message = self._new(writer, subject)
        if writer is self.writers[15]:  # one in the heap also has a problem of their own
            text += "\n\nPS My mother's care home closes in a month and the council has no place for her."
        message.set_content(self._words(writer, text), charset="utf-8")
        self._keep(message)

    def _thread(self, writer: Writer) -> None:
        """A letter, a second thought, and a third with the earlier ones quoted."""
        subject = "Leaking roof at the community centre"
        first = self._letter(
            writer, subject, "The roof of our community centre leaks on the play group.", form=0
        )
        second = self._answer(writer, f"Re: {subject}", "I forgot: the lease is with the council.", [first])
        self._answer(
            writer,
            f"Re: {subject}",
            "It is worse today. Part of the ceiling came down.\n\n"
            f"On {self.now:%d %B %Y}, {writer.name} wrote:\n> I forgot: the lease is with the council.",
            [first, second],
        )

    def _answer(self, writer: Writer, subject: str, text: str, named: list[str]) -> str:
        message = self._new(writer, subject)
        message["In-Reply-To"] = named[-1]
        message["References"] = " ".join(named)
        message.set_content(text, charset="utf-8")
        return self._keep(message)

    def _bodies(self) -> None:
        """What bodies send: a machine's acknowledgement, a holding reply, an answer with a file."""
        council = Writer("Wexcombe Council Members' Enquiries", "members.enquiries@wexcombe.example", "", "")
        automatic = self._new(council, "Automatic reply: Your enquiry")
        automatic["Auto-Submitted"] = "auto-replied"
        automatic["Precedence"] = "auto_reply"
        automatic.set_content("Thank you for your email. We aim to answer within ten working days.")
        self._keep(automatic)
        holding = self._new(council, "Members' enquiry ME-20417: holding reply")
        holding.set_content(
            "We are still looking into this and are sorry for the delay. We will write by the 30th."
        )
        self._keep(holding)
        agency = Writer("Members' Hotline", "hotline@pensions.example", "", "")
        answer = self._new(agency, "Your constituent: our answer")
        answer.set_content("Please find our answer attached.")
        answer.add_attachment(
            ANSWER, maintype="application", subtype="pdf", filename="Answer to Ms Holloway.pdf"
        )
        self._keep(answer)

    def _odd_ones(self) -> None:
        """Forwarded, a newsletter, for another member, in a wrong charset, broken."""
        writer = self.writers[27]
        inner = EmailMessage(policy=SMTP)
        inner["From"], inner["Subject"] = "Landlord <lettings@keys.example>", "Notice to leave"
        inner.set_content("You must leave by the end of the month.")
        forwarded = self._new(writer, "Fwd: Notice to leave")
        forwarded.set_content("Can they do this? We have a contract until May.")
        forwarded.add_attachment(inner)
        self._keep(forwarded)
        news = self._new(
            Writer("Wexcombe Chamber of Trade", "news@chamber.example", "", ""), "This month in trade"
        )
        news["List-Id"], news["Precedence"] = "<news.chamber.example>", "bulk"
        news.set_content(_as_html("Twelve new shops have opened on Station Parade."), subtype="html")
        self._keep(news)
        self._letter(
            self.writers[28], "Pot holes", "I live in ZZ1 1AA. The road is full of pot holes.", form=0
        )
        wrong = self._new(self.writers[29], "Rent £40 more")
        raw = wrong.as_bytes().rstrip() + (
            b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
            b"They want \xa340 more rent \x96 why?\r\n"
        )
        self.made.append(raw)
        broken = self._new(self.writers[26], "Photographs of the damp")
        self.made.append(
            broken.as_bytes().rstrip()
            + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="never"\r\n\r\n'
            + b"--somewhere\r\n"
            + b"Content-Type: text/plain\r\n\r\nHere are the photographs.\r\n--somewhere\r\n"
            + b"Content-Type: image/jpeg; name=damp.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/!!"
        )

    def _more(self) -> None:
        """Short second letters from people who wrote before, until there are sixty."""
        reminders = [
            ("Any news?", "Have you heard anything about what I wrote?"),
            ("Documents as asked", "Here is the letter you asked me for."),
            ("My new telephone number", "My new number is 01632 960 417. Please ring after three."),
        ]
        while len(self.made) < 60:
            writer = self.writers[len(self.made) % 24]
            subject, text = reminders[len(self.made) % 3]
            self._letter(writer, subject, text, form=4 if subject.startswith("Documents") else 2)


def _as_html(words: str) -> str:
    paragraphs = "".join(f"<p>{each.replace(chr(10), '<br>')}</p>" for each in words.strip().split("\n\n"))
    style = "<style>p {margin: 0}</style>"
    seen = '<img src="https://post.example/seen.gif">'
    return f"<html><head>{style}</head><body>{paragraphs}{seen}</body></html>"


def _picture(number: int) -> bytes:
    """A grey square as PNG, each a little different."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (16).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    rows = (b"\0" + bytes([100 + number % 100]) * 16) * 16
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
