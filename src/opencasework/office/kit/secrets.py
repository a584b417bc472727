"""Small secrets in the database, such as a mailbox's password: encrypted with a key kept outside it."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SecretUnreadable(Exception):
    """A stored secret cannot be decrypted with the office's key; the message says what to do."""


def encrypt(text: str) -> str:
    """The text as a token only this office can read. Empty stays empty."""
    return _cipher().encrypt(text.encode()).decode("ascii") if text else ""


def decrypt(token: str) -> str:
    """The text of a token.

    Raises `SecretUnreadable` when the key is another than it was encrypted with; a token is never text.
    """
    if not token:
        return ""
    try:
        return _cipher().decrypt(token.encode("ascii", "replace")).decode()
    except InvalidToken as error:
        raise SecretUnreadable(
            "A stored password cannot be read with this office's key. "
            "Enter it again, or restore keys/secrets.key."
        ) from error


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(settings.HOME.key("secrets"))))
