"""A signed statement that a plugin passed the conformance kit: written by `xingtan province check`, demanded at load.

The statement is bound to the plugin's files by their digest, so that it says nothing of a changed plugin. Where
`XINGTAN_REQUIRE_CONFORMANCE` names a folder, a plugin loads only with a statement signed by a key of that folder
(`*.pub`, as `xingtan province key` writes them). The statement lies beside the plugin's module
(`conformance.json`) or in the folder (`CC.json`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from core.foundation.signing import PublicKey, Signer
from core.hooks.contract import LoadRefused

PURPOSE = "conformance"
NAME = "conformance.json"
# What belongs to the project around the package is not in its wheel.
_NOT_HASHED = ("tests", "__pycache__", "build", "setup.cfg", "pyproject.toml", "README.md", NAME)


@dataclass(frozen=True, slots=True)
class Statement:
    """What was tested, against what, with which result. `made_at` is an ISO instant; `files` a digest."""

    code: str
    plugin: str
    version: str
    core: str
    hooks: str
    implemented: tuple[str, ...]
    passed: int
    failed: int
    files: str
    made_at: str

    def as_bytes(self) -> bytes:
        """The canonical bytes that are signed."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(plugin: ModuleType) -> str:
    """SHA-256 (hex) over every file of the plugin's package with its path; tests and caches apart."""
    root = Path(str(plugin.__file__)).parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        skipped = any(part in _NOT_HASHED or part.endswith(".egg-info") for part in name.split("/"))
        if path.is_file() and not skipped:
            total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def signed(statement: Statement, signer: Signer) -> str:
    """The statement as its file: what is said, by which key, the signature in hex."""
    signature = signer.sign(PURPOSE, statement.as_bytes()).hex()
    body = {"statement": dataclasses.asdict(statement), "key_id": signer.public.key_id, "signature": signature}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def demand(code: str, plugin: ModuleType, folder: str) -> Statement:
    """The plugin's statement, signed by a key of `folder` and made of these files; raises `LoadRefused`."""
    said, key_id, signature = _read(code, plugin, Path(folder))
    keys = _keys(Path(folder))
    key = keys.get(key_id)
    how = f"run `xingtan province check {code} --sign KEY`"
    if key is None:
        known = ", ".join(sorted(keys)) or "none"
        raise LoadRefused(f"province {code}: its conformance is signed by key {key_id}, trusted are {known}; {how}")
    if not key.verifies(PURPOSE, said.as_bytes(), signature):
        raise LoadRefused(f"province {code}: the signature of its conformance statement does not hold; {how}")
    if said.code != code or said.failed:
        raise LoadRefused(f"province {code}: its statement is for {said.code} with {said.failed} failed tests; {how}")
    if said.files != digest(plugin):
        raise LoadRefused(f"province {code}: its files are not those that were certified; {how}")
    return said


def _read(code: str, plugin: ModuleType, folder: Path) -> tuple[Statement, str, bytes]:
    places = (folder / f"{code}.json", Path(str(plugin.__file__)).parent / NAME)
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise LoadRefused(
            f"province {code}: XINGTAN_REQUIRE_CONFORMANCE is set and there is no statement; "
            f"run `xingtan province check {code} --sign KEY`"
        )
    try:
        body = json.loads(found.read_text(encoding="utf-8"))
        said = Statement(**{**body["statement"], "implemented": tuple(body["statement"]["implemented"])})
        return said, str(body["key_id"]), bytes.fromhex(body["signature"])
    except (KeyError, TypeError, ValueError) as error:
        raise LoadRefused(f"province {code}: {found} is no conformance statement; make it again") from error


def _keys(folder: Path) -> dict[str, PublicKey]:
    found = {}
    for path in sorted(folder.glob("*.pub")):
        try:
            key = PublicKey.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (KeyError, TypeError, ValueError) as error:
            raise LoadRefused(f"XINGTAN_REQUIRE_CONFORMANCE: {path} is no public key; take it out") from error
        found[key.key_id] = key
    return found
