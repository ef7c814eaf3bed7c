"""Personal data at rest: sealed, found by a keyed blind index. The one port to ciphers and keyed hashes.

A keyring holds numbered keys, the oldest first. What is sealed names its key and cipher in its head, so that old
and new stand beside each other while `xingtan keys rotate` re-seals. A blind index is wrapped by one key after
another: a row can be brought up to the newest key without knowing its text, and an old key alone opens nothing.
The suite of a key is "aes" (AES-256-GCM, HMAC-SHA-256) or "sm" (SM4-GCM, HMAC-SM3); an HSM takes the same seat.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITES = ("aes", "sm")
LEAST_SECRET = 32
HEAD = 3  # bytes of a sealed value's head: format, key, suite
_NONCE, _TAG = 12, 16


def derive(secret: bytes, purpose: str) -> bytes:
    """Thirty-two bytes for one purpose, by HKDF-SHA-256."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


class UnknownKey(ValueError):
    """What was sealed names a key that this installation was not given."""


class Fingerprint(str):
    """A blind index: what newly written rows carry; `layers` are what older rows may still carry for the same text."""

    layers: tuple[str, ...] = ()

    def fits(self, index: str) -> bool:
        """Whether a row's index is of the same text; as much work for a wrong one."""
        return sum(compare_digest(layer.encode(), index.encode()) for layer in self.layers) > 0


def digest(text: str, suite: str = "aes") -> str:
    """The plain hash of `text`, 64 hex digits."""
    made = Hash(SM3() if suite == "sm" else SHA256())
    made.update(text.encode())
    return made.finalize().hex()


@dataclass(frozen=True, repr=False)
class Key:
    """One numbered key (0–15) with its suite; every purpose has a key of its own, derived by HKDF."""

    number: int
    suite: str
    secret: bytes
    _derived: dict[str, bytes] = field(default_factory=dict)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        if purpose not in self._derived:
            self._derived[purpose] = derive(self.secret, f"xingtan {purpose} 1")
        return self._derived[purpose]

    @property
    def mark(self) -> str:
        """Two characters that name the key in front of an index or a code."""
        return f"{self.number:x}{self.suite[0]}"

    @property
    def head(self) -> bytes:
        """The bytes in front of what this key sealed; they are authenticated too."""
        return bytes((1, self.number, SUITES.index(self.suite)))

    def code(self, text: str, purpose: str) -> str:
        """A keyed code of `text`: the key's mark and 62 hex digits."""
        hashed: HashAlgorithm = SM3() if self.suite == "sm" else SHA256()
        made = HMAC(self.derive(purpose), hashed)
        made.update(text.encode())
        return self.mark + made.finalize().hex()[:62]

    def seal(self, data: bytes) -> bytes:
        """Head, nonce, ciphertext, tag."""
        nonce = os.urandom(_NONCE)
        if self.suite == "aes":
            return self.head + nonce + AESGCM(self.derive("seal")).encrypt(nonce, data, self.head)
        made = Cipher(SM4(self.derive("seal")[:16]), GCM(nonce)).encryptor()
        made.authenticate_additional_data(self.head)
        return self.head + nonce + made.update(data) + made.finalize() + made.tag

    def unseal(self, sealed: bytes) -> bytes:
        """What `seal` was given; raises `cryptography.exceptions.InvalidTag`."""
        nonce, rest = sealed[HEAD : HEAD + _NONCE], sealed[HEAD + _NONCE :]
        if self.suite == "aes":
            return AESGCM(self.derive("seal")).decrypt(nonce, rest, sealed[:HEAD])
        made = Cipher(SM4(self.derive("seal")[:16]), GCM(nonce, rest[-_TAG:])).decryptor()
        made.authenticate_additional_data(sealed[:HEAD])
        return made.update(rest[:-_TAG]) + made.finalize()


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys of one installation, the newest last; `repr` shows none."""

    keys: tuple[Key, ...]

    @classmethod
    def from_secret(cls, secret: str, suite: str = "aes", more: str = "") -> Keyring:
        """Key 0 from `secret`, and those of `more`: lines or commas of `number:suite:secret`.

        Raises `ValueError` with what to change; it never repeats a secret.
        """
        keys = [Key(0, _suite(suite), _long_enough(secret))]
        for part in more.replace("\n", ",").split(","):
            if not part.strip():
                continue
            number, _, rest = part.strip().partition(":")
            kind, _, given = rest.partition(":")
            if number not in {str(n) for n in range(1, 16)} or int(number) in {key.number for key in keys}:
                raise ValueError("a key is number:suite:secret, the number from 1 to 15 and its own")
            keys.append(Key(int(number), _suite(kind), _long_enough(given)))
        return cls(tuple(sorted(keys, key=lambda key: key.number)))

    @property
    def current(self) -> Key:
        """The key that seals today: the highest number."""
        return self.keys[-1]

    def key(self, number: int, suite: str) -> Key:
        """The key of that number; raises `UnknownKey`."""
        for key in self.keys:
            if (key.number, key.suite) == (number, suite):
                return key
        raise UnknownKey(f"key {number} ({suite}) is not among XINGTAN_DATA_KEYS")

    def seal_bytes(self, data: bytes) -> bytes:
        """Encrypt with the current key; each call gives other bytes."""
        return self.current.seal(data)

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """Decrypt with whichever key the head names; raises `UnknownKey` or `InvalidTag`."""
        if len(sealed) < HEAD + _NONCE + _TAG or sealed[0] != 1 or sealed[2] >= len(SUITES):
            raise UnknownKey("these bytes were not sealed by this platform")
        return self.key(sealed[1], SUITES[sealed[2]]).unseal(sealed)

    def seal(self, text: str) -> bytes:
        """Encrypt a text."""
        return self.seal_bytes(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """Decrypt a text."""
        return self.unseal_bytes(sealed).decode()

    def blind_index(self, text: str, purpose: str) -> Fingerprint:
        """A keyed fingerprint (64 characters) by which an equal `text` is found again."""
        layers = [self.keys[0].code(f"{purpose}\0{text}", "index")]
        for key in self.keys[1:]:
            layers.append(key.code(layers[-1], "index"))
        found = Fingerprint(layers[-1])
        found.layers = tuple(layers)
        return found

    def rewrap(self, index: str) -> str:
        """An older index brought up to the newest key, without its text; raises `UnknownKey`."""
        marks = [key.mark for key in self.keys]
        if index[:2] not in marks:
            raise UnknownKey(f"key {index[:2]} of an index is not among XINGTAN_DATA_KEYS")
        for key in self.keys[marks.index(index[:2]) + 1 :]:
            index = key.code(index, "index")
        return index

    def code(self, text: str, purpose: str) -> str:
        """A keyed code of `text` under the current key: for what is compared, never looked up."""
        return self.current.code(text, purpose)

    def code_holds(self, code: str, text: str, purpose: str) -> bool:
        """Whether `code` is the code of `text`, under whichever key made it."""
        return any(
            key.mark == code[:2] and compare_digest(key.code(text, purpose).encode(), code.encode())
            for key in self.keys
        )


def _suite(name: str) -> str:
    if name not in SUITES:
        raise ValueError("the suite of a key is aes or sm")
    return name


def _long_enough(secret: str) -> bytes:
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"a key's secret has at least {LEAST_SECRET} characters")
    return secret.encode()
