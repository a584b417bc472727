"""Sealing a PDF with the office's own key, so that whoever changes a byte of it afterwards is found out.

The seal is a PDF signature (PKCS #7, detached, SHA-256) that covers the whole file. Any program that reads
PDFs checks it; who the office is, the certificate only claims, for it is signed by nobody but the office.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID
from django.conf import settings

from opencasework.office.kit.printing import EMPTY_RANGE, EMPTY_SEAL

_RANGE = re.compile(rb"/ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\]")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4
_OCTETS, _ATTRIBUTES = 0x04, 0xA0
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class CannotBeSealed(Exception):
    """The file has no place for a seal."""


def sealed(pdf: bytes, *, office: str) -> bytes:
    """A PDF from `pdf.printed(…, to_be_sealed=True)` with its seal. Raises CannotBeSealed for any other."""
    at = pdf.find(EMPTY_SEAL)
    if at < 0 or EMPTY_RANGE not in pdf:
        raise CannotBeSealed("This PDF was not made to be sealed.")
    end = at + len(EMPTY_SEAL)
    covered = b"[0 %010d %010d %010d]" % (at, end, len(pdf) - end)
    pdf = pdf.replace(EMPTY_RANGE, covered, 1)
    key = _key()
    builder = PKCS7SignatureBuilder().set_data(pdf[:at] + pdf[end:])
    builder = builder.add_signer(_certificate(key, office), key, hashes.SHA256())
    seal = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    return pdf[: at + 1] + seal.hex().encode().ljust(len(EMPTY_SEAL) - 2, b"0") + pdf[end - 1 :]


def is_intact(pdf: bytes) -> bool:
    """Whether our own key sealed this file, the whole of it, and what it sealed stands as it was."""
    try:
        der, covered = parts(pdf)
        signed, signature = _signer(der)
        _key().public_key().verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        digests = [_values(said) for kind, said in _attributes(signed) if kind == _MESSAGE_DIGEST]
    except (CannotBeSealed, InvalidSignature, ValueError, IndexError):
        return False
    return digests == [[(_OCTETS, hashlib.sha256(covered).digest())]]


def parts(pdf: bytes) -> tuple[bytes, bytes]:
    """The signature (DER) and the content it covers: all but the place the signature stands in.

    Raises CannotBeSealed where there is no seal, or one that leaves something of the file uncovered.
    """
    found = _RANGE.search(pdf)
    if not found:
        raise CannotBeSealed("This PDF has no seal.")
    at, end, rest = (int(number) for number in found.groups())
    if end + rest != len(pdf) or not re.fullmatch(rb"<[0-9a-f]+>", pdf[at:end]):
        raise CannotBeSealed("The seal of this PDF does not cover the whole of it.")
    place = bytes.fromhex(pdf[at + 1 : end - 1].decode())
    length = _length(place)
    if place[length:].strip(b"\0"):
        raise CannotBeSealed("Something stands beside the seal of this PDF.")
    return place[:length], pdf[:at] + pdf[end:]


def _signer(der: bytes) -> tuple[bytes, bytes]:
    """What the one signer of a signature signed (their attributes, as a set), and the signature itself."""
    [(_, content)] = _values(der)
    _, (_, explicit) = _values(content)  # the type, and what is of it
    [(_, signed_data)] = _values(explicit)
    [(_, signer)] = _values(_values(signed_data)[-1][1])
    _version, _who, _digest, (tag, attributes), _algorithm, (octets, signature) = _values(signer)[:6]
    if tag != _ATTRIBUTES or octets != _OCTETS:
        raise ValueError("This signature has no signed attributes.")
    size = len(attributes)
    written = size.to_bytes((size.bit_length() + 7) // 8, "big")
    head = bytes([size]) if size < 0x80 else bytes([0x80 | len(written)]) + written
    return b"\x31" + head + attributes, signature  # signed as a set, whatever tag it has in there


def _attributes(signed: bytes) -> list[tuple[bytes, bytes]]:
    """Each signed attribute: what it is, and what it says."""
    [(_, attributes)] = _values(signed)
    pairs = [_values(attribute) for _, attribute in _values(attributes)]
    return [(kind, said) for (_, kind), (_, said) in pairs]


def _values(der: bytes) -> list[tuple[int, bytes]]:
    """The values that stand one after another in DER: the tag and the content of each. Raises ValueError."""
    found = []
    while der:
        length = _length(der)
        if length > len(der):
            raise ValueError("This DER is cut.")
        head = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
        found.append((der[0], der[head:length]))
        der = der[length:]
    return found


def _length(der: bytes) -> int:
    """How long a DER sequence is, its head included; what follows is padding."""
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    return 2 + size + int.from_bytes(der[2 : 2 + size], "big")


def fingerprint() -> str:
    """The SHA-256 of the office's public key, to compare with that in a seal."""
    public = _key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()


def _key() -> ec.EllipticCurvePrivateKey:
    secret = int(settings.HOME.key("seal"), 16) % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(secret, ec.SECP256R1())


def _certificate(key: ec.EllipticCurvePrivateKey, office: str) -> x509.Certificate:
    """The office's word for whose key it is: for the readers of PDFs, which show a name."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, office[:64] or "Office")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int(fingerprint()[:16], 16) + 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
