"""Files that people upload: sealed, under a key nobody can guess, read back only through a permission check."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.foundation.db import keyring, new_id
from core.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file: its key and the SHA-256 (hex) of its bytes as they were given."""

    key: str
    sha256: str


@dataclass(frozen=True)
class DiskStorage:
    """Files in a folder; an object store takes the same three verbs."""

    root: Path

    def put(self, data: bytes, suffix: str = "") -> Stored:
        """Keep `data` under a fresh key; the file is complete on disk before this returns."""
        name = new_id().hex
        key = f"{name[-2:]}/{name}{suffix}"
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with open(draft, "wb") as file:
            file.write(keyring().seal_bytes(data))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return Stored(key, hashlib.sha256(data).hexdigest())

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`; raises `NotFound`, also for a key that would leave the folder."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            raise NotFound()
        return keyring().unseal_bytes(path.read_bytes())

    def has(self, key: str) -> bool:
        """Whether a file is kept under `key`."""
        path = (self.root / key).resolve()
        return path.is_relative_to(self.root.resolve()) and path.is_file()

    def keys(self, before: datetime) -> Iterator[str]:
        """Keys of the files that were there before a moment, in order; drafts of files are not among them."""
        if not self.root.is_dir():
            return
        for folder in sorted(entry.name for entry in os.scandir(self.root) if entry.is_dir()):
            with os.scandir(self.root / folder) as entries:
                kept = [one.name for one in entries if one.stat().st_mtime < before.timestamp()]
            yield from (f"{folder}/{name}" for name in sorted(kept) if not name.endswith(".part"))

    def drop(self, key: str) -> None:
        """Delete the file of `key`; nothing happens when it is gone already."""
        path = (self.root / key).resolve()
        if path.is_relative_to(self.root.resolve()):
            path.unlink(missing_ok=True)

    def reseal(self) -> int:
        """Seal with the current key every file that another one sealed; returns how many. Stop and repeat at will."""
        count = 0
        for path in sorted(self.root.glob("*/*")):
            sealed = path.read_bytes()
            if path.suffix == ".part" or sealed.startswith(keyring().current.head):
                continue
            draft = path.with_suffix(".part")
            draft.write_bytes(keyring().seal_bytes(keyring().unseal_bytes(sealed)))
            draft.replace(path)
            count += 1
        return count


class _Place:
    storage: DiskStorage | None = None


def use(storage: DiskStorage) -> None:
    """Install the storage of this process."""
    _Place.storage = storage


def storage() -> DiskStorage:
    """The installed storage; raises `RuntimeError` before `use`."""
    if _Place.storage is None:
        raise RuntimeError("no storage installed")
    return _Place.storage
