"""The identity that a signing certificate of Fulcio names. Pure.

The names are for messages only: cosign verifies them.
"""

from collections.abc import Iterator

# Tags of DER (ITU-T X.690, 8.1.2), object identifiers as they are encoded there.
_BOOLEAN, _EXTENSIONS = 0x01, 0xA3
_ALTERNATIVE_NAME = bytes.fromhex("551d11")
_ISSUER = bytes.fromhex("2b0601040183bf300108")
_ISSUER_OLD = bytes.fromhex("2b0601040183bf300101")
_EMAIL, _URI = 0x81, 0x86


def names(certificate: bytes) -> tuple[str, str]:
    """Identity and issuer that a certificate names; empty texts where it names none.

    Args:
        certificate: in DER. The identity is its subject alternative name, e-mail address or URI (RFC 5280, 4.2.1.6);
            the issuer is Fulcio's extension 1.3.6.1.4.1.57264.1.8, or 1.1 of older ones (Fulcio, "OID information").
    """
    try:
        found = dict(_extensions(certificate))
        issuer = _inner(found[_ISSUER]) if _ISSUER in found else found.get(_ISSUER_OLD, b"")
        alternatives = _elements(_inner(found.get(_ALTERNATIVE_NAME, b"\x30\x00")))
        identity = next((value for tag, value in alternatives if tag in (_EMAIL, _URI)), b"")
        return identity.decode(), issuer.decode()
    except (ValueError, IndexError):
        return "", ""


def _extensions(certificate: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Object identifier and value of the extensions (RFC 5280, 4.1)."""
    for tag, value in _elements(_inner(_inner(certificate))):
        if tag == _EXTENSIONS:
            for _, extension in _elements(_inner(value)):
                parts = [part for tag, part in _elements(extension) if tag != _BOOLEAN]
                yield parts[0], parts[1]


def _inner(data: bytes) -> bytes:
    """The content of the first element."""
    return next(_elements(data), (0, b""))[1]


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of elements that follow one another."""
    while data:
        tag, length, start = data[0], data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        yield tag, data[start : start + length]
        data = data[start + length :]
