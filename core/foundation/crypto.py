"""Personal data at rest: sealed with AES-GCM, found by a keyed blind index, signed links.

Keys come from one secret by HKDF, so a deployment keeps one value safe. The port is two functions
wide (`seal`/`unseal`, `blind_index`); SM4-GCM or an HSM takes the same seat.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


def derive(secret: bytes, purpose: str) -> bytes:
    """Thirty-two bytes for one purpose, by HKDF-SHA-256."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation, derived from its secret. `repr` shows none."""

    _seal: AESGCM
    _index: bytes

    @classmethod
    def from_secret(cls, secret: str) -> Keyring:
        """Derive every key from `secret` (at least 16 characters)."""
        if len(secret) < 16:
            raise ValueError("the secret must have at least 16 characters")
        raw = secret.encode()
        return cls(AESGCM(derive(raw, "xingtan seal 1")), derive(raw, "xingtan index 1"))

    def __repr__(self) -> str:
        return "Keyring(…)"

    def seal(self, text: str) -> bytes:
        """Encrypt `text`: nonce (12 bytes) + ciphertext + tag; each call gives other bytes."""
        nonce = os.urandom(_NONCE)
        return nonce + self._seal.encrypt(nonce, text.encode(), None)

    def unseal(self, sealed: bytes) -> str:
        """Decrypt what `seal` made; raises `cryptography.exceptions.InvalidTag` when tampered with."""
        return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()

    def blind_index(self, text: str, purpose: str) -> str:
        """A keyed fingerprint (64 hex digits) by which an equal `text` is found again."""
        return hmac.new(self._index, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
