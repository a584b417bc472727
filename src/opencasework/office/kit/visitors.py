"""Who a visitor without an account is, as far as we want to know: a part of the network, hashed."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind a proxy the one the trusted proxy names. Empty where nobody says."""
    try:
        # As sign-in counts wrong passwords.
        return str(ipaddress.ip_address(get_adapter().get_client_ip(request)))
    except (ValueError, PermissionDenied, ImproperlyConfigured):
        return ""


def prefix_of(request: HttpRequest, *, purpose: str) -> str:
    """Whose share is used, as a keyed hash: a /24 or a /56, never an address that could be read back."""
    said = address_of(request)
    if not said:
        return _keyed(f"{purpose} unknown")
    address = ipaddress.ip_address(said)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 56
    return _keyed(f"{purpose} {ipaddress.ip_network((address, length), strict=False)}")


def _keyed(prefix: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), prefix.encode(), hashlib.sha256).hexdigest()
