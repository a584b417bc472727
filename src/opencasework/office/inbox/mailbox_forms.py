"""What a manager writes about a mailbox: where it is and how we sign in. Secrets go in and never come out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from opencasework.office.inbox.models import Mailbox

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Mailbox]
else:
    _ModelForm = forms.ModelForm  # generic for the type checker only

ON_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
SERVERS = {
    Mailbox.SignIn.MICROSOFT: "outlook.office365.com",
    Mailbox.SignIn.MICROSOFT_APP: "outlook.office365.com",
    Mailbox.SignIn.GOOGLE: "imap.gmail.com",
}
# Which fields each way of signing in needs, besides those every mailbox has.
ASKED = {
    Mailbox.SignIn.PASSWORD: ["host", "port", "security", "password"],
    Mailbox.SignIn.MICROSOFT: ["tenant", "client_id", "client_secret"],
    Mailbox.SignIn.MICROSOFT_APP: ["tenant", "client_id", "client_secret"],
    Mailbox.SignIn.GOOGLE: ["client_id", "client_secret"],
}


class FoldersField(forms.CharField):
    """Folders, one a line, as the server names them."""

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        folders = list(dict.fromkeys(line for line in lines if line))
        if any(len(folder) > 200 for folder in folders):
            raise ValidationError("A folder's name has at most 200 characters. Write one folder a line.")
        return folders or ["INBOX"]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class MailboxForm(_ModelForm):
    """One mailbox. Which fields it asks for follows from how we sign in."""

    password = forms.CharField(
        label="Password",
        required=False,
        max_length=500,
        help_text="An app password where there is a second factor. It is kept encrypted and never shown.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    client_secret = forms.CharField(
        label="Secret of the application",
        required=False,
        max_length=500,
        help_text="Its value, not its id. It is kept encrypted and never shown. Note down when it runs out.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    folders = FoldersField(
        label="Folders",
        required=False,
        help_text="One a line, as the server names them. “Test” shows which there are.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Mailbox
        fields = [
            "address", "name", "username", "host", "port", "security", "password", "tenant", "client_id",
            "client_secret", "folders", "authserv_id", "quiet_days",
        ]  # fmt: skip
        labels = {
            "name": "What you call it",
            "host": "IMAP server",
            "username": "User name",
            "tenant": "Tenant",
            "client_id": "Id of the application",
            "authserv_id": "Who vouches for senders",
            "quiet_days": "Tell everybody after so many working days without mail",
        }
        help_texts = {
            "name": "Left empty: its address.",
            "username": "Left empty: its address.",
            "tenant": "Your organisation's directory id, or its domain such as member.example.",
            "client_id": "Of the application you registered for this office; the operator guide says how.",
            "authserv_id": (
                "The name your provider writes into Authentication-Results; “exchange-online” for Microsoft "
                "365. Empty: no sender is ever shown as verified."
            ),
            "quiet_days": "0: never.",
        }
        error_messages = {
            "address": {
                "required": "Give the address people write to.",
                "invalid": "Write an address like casework@member.example.",
                "unique": "This mailbox is collected already. Change that one, or remove it first.",
            },
            "host": {"required": "Give the name of the IMAP server, such as imap.member.example."},
            "port": {
                "required": "Give the port, usually 993.",
                "invalid": "A port is a number, usually 993.",
            },
            "quiet_days": {"required": "Give a number of working days; 0 for never."},
        }

    def __init__(self, *args: Any, sign_in: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sign_in = sign_in
        self.signed_in = self.instance.how_we_sign_in()
        for name in {"host", "port", "security", "password", "tenant", "client_id", "client_secret"} - set(
            ASKED[Mailbox.SignIn(sign_in)]
        ):
            del self.fields[name]
        for name in ("name", "username"):
            self.fields[name].required = False
        for name in ("client_id", "tenant"):
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = "Copy it from the application's overview page."
        self.kept = {
            "password": bool(self.instance.password_encrypted),
            "client_secret": bool(self.instance.client_secret_encrypted),
        }
        for name in ("password", "client_secret"):
            if name in self.fields and self.kept[name] and self.instance.sign_in == sign_in:
                self.fields[name].label = f"New {str(self.fields[name].label).lower()}"
                self.fields[name].help_text = "Left empty: the one we have. It is never shown."
        if self.instance.pk is None and not self.is_bound:
            self.fields["address"].widget.attrs["autofocus"] = True

    def clean_tenant(self) -> str:
        """It becomes part of the address we sign in at: a directory id or a domain, and nothing else."""
        tenant = str(self.cleaned_data["tenant"]).strip()
        if tenant and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}", tenant):
            raise forms.ValidationError("Write the directory id, or a domain such as member.example.")
        return tenant

    def clean_port(self) -> int:
        port = int(self.cleaned_data["port"])
        if not 1 <= port <= 65535:
            raise ValidationError("A port is a number from 1 to 65535, usually 993.")
        return port

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, words in (("password", "password"), ("client_secret", "secret of the application")):
            if name in self.fields and not given.get(name):
                # A new server is not told the old one's password.
                elsewhere = name == "password" and "host" in self.changed_data and self.instance.pk
                if not self.kept[name] or elsewhere:
                    self.add_error(
                        name, f"Give the {words}." if not elsewhere else f"Give its {words} again."
                    )
        unencrypted = given.get("security") == Mailbox.Security.NONE
        if unencrypted and given.get("host") not in ON_THIS_MACHINE:
            self.add_error(
                "security",
                "Without encryption everybody on the way reads the password. Choose TLS or STARTTLS.",
            )
        return given

    def save(self, commit: bool = True) -> Mailbox:  # noqa: FBT001, FBT002 - Django's own signature
        box = super().save(commit=False)
        given = self.cleaned_data
        box.name = given["name"] or box.address
        box.username = given["username"] or box.address
        if self.sign_in in SERVERS:
            box.host, box.port = SERVERS[Mailbox.SignIn(self.sign_in)], 993
            box.security = Mailbox.Security.SSL
        other_account = box.pk and {"tenant", "client_id", "username"} & set(self.changed_data)
        if box.sign_in != self.sign_in or other_account:
            box.refresh_token_encrypted = ""  # it was another's consent
        box.sign_in = self.sign_in
        if given.get("password"):
            box.set_password(given["password"])
        if given.get("client_secret"):
            box.set_client_secret(given["client_secret"])
        if box.how_we_sign_in() != self.signed_in:
            box.try_at_once()
        if commit:
            box.save()
        return box


class FoldersForm(forms.Form):
    """Which of the folders on the server are collected."""

    folders = forms.MultipleChoiceField(label="Folders to collect", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["folders"].choices = choices  # type: ignore[attr-defined]
