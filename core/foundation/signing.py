"""Signatures that outsiders can check: one port, Ed25519 by default, SM2 where the law asks for national cryptography.

A signature always names its purpose: what is signed is `xingtan:<purpose>`, a zero byte, then the data, so that
a signed head of the audit chain can never pass for a certificate's code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.foundation.crypto import derive
from core.foundation.errors import SettingInvalid

ALGORITHMS = ("ed25519", "sm2")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to check with: `algorithm` and its raw bytes (Ed25519: 32; SM2: the point's 64)."""

    algorithm: str
    raw: bytes

    @property
    def key_id(self) -> str:
        """Eight hex digits, upper case: the start of SHA-256 over `algorithm:` and the raw bytes."""
        return hashlib.sha256(self.algorithm.encode() + b":" + self.raw).hexdigest()[:8].upper()

    def as_dict(self) -> dict[str, str]:
        """JSON-able form, as key lists publish it."""
        return {"key_id": self.key_id, "algorithm": self.algorithm, "public": self.raw.hex()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> PublicKey:
        """The inverse of `as_dict`; raises `ValueError` for an unknown algorithm or a wrong length."""
        key = cls(str(data["algorithm"]), bytes.fromhex(str(data["public"])))
        if {"ed25519": 32, "sm2": 64}.get(key.algorithm) != len(key.raw):
            raise ValueError(f"no public key: {data!r}")
        return key

    def verifies(self, purpose: str, data: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes for Ed25519, DER for SM2) is this key's over `data` for `purpose`."""
        message = _message(purpose, data)
        if self.algorithm == "sm2":
            return _sm2_verifies(self.raw, message, signature)
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A key to sign with; `repr` shows none of it."""

    public: PublicKey
    _sign: Callable[[bytes], bytes]

    def __repr__(self) -> str:
        return f"Signer({self.public.key_id})"

    def sign(self, purpose: str, data: bytes) -> bytes:
        """The signature over `data` for `purpose`."""
        return self._sign(_message(purpose, data))


def _message(purpose: str, data: bytes) -> bytes:
    return f"xingtan:{purpose}".encode() + b"\0" + data


def ed25519(seed: bytes) -> Signer:
    """A signer from a private seed of 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(PublicKey("ed25519", private.public_key().public_bytes_raw()), private.sign)


def _sm2_library() -> Any:
    try:
        import gmssl_pyx  # an extra: imported where a key asks for it
    except ImportError as missing:
        raise SettingInvalid("SM2 keys need the extra xingtan[gm]") from missing
    return gmssl_pyx


def sm2(private: bytes, public: bytes) -> Signer:
    """A signer from an SM2 key pair (32 and 64 bytes); raises `SettingInvalid` without the extra [gm]."""
    library = _sm2_library()
    return Signer(PublicKey("sm2", public), lambda message: bytes(library.sm2_sign(private, public, message)))


def _sm2_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    library = _sm2_library()
    try:
        return bool(library.sm2_verify(public, message, signature))
    except (library.GmsslInnerError, library.InvalidValueError, ValueError):
        return False


def new_key(algorithm: str) -> dict[str, str]:
    """A fresh key as the key file keeps it: algorithm, private and public in hex."""
    if algorithm == "sm2":
        public, private = _sm2_library().sm2_key_generate()
        return {"algorithm": "sm2", "private": private.hex(), "public": public.hex()}
    private_key = Ed25519PrivateKey.generate()
    return {
        "algorithm": "ed25519",
        "private": private_key.private_bytes_raw().hex(),
        "public": private_key.public_key().public_bytes_raw().hex(),
    }


def from_file(path: Path) -> Signer:
    """The signer kept in a key file (`xingtan keys signing` makes one); raises `SettingInvalid`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        private, public = bytes.fromhex(data["private"]), bytes.fromhex(data["public"])
        signer = sm2(private, public) if data["algorithm"] == "sm2" else ed25519(private)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise SettingInvalid(f"XINGTAN_SIGNING_KEY_FILE: {path} holds no signing key") from wrong
    if signer.public.raw != public or not signer.public.verifies("self test", b"", signer.sign("self test", b"")):
        raise SettingInvalid(f"XINGTAN_SIGNING_KEY_FILE: private and public key of {path} do not belong together")
    return signer


def from_secret(secret: str) -> Signer:
    """The signer of an installation without a key file: its seed is derived from the secret."""
    return ed25519(derive(secret.encode(), "xingtan signing 1"))


class _Place:
    signer: Signer | None = None


def use(chosen: Signer) -> None:
    """Install the signer of this process."""
    _Place.signer = chosen


def signer() -> Signer:
    """The installed signer; raises `RuntimeError` before `use`."""
    if _Place.signer is None:
        raise RuntimeError("no signer installed")
    return _Place.signer
