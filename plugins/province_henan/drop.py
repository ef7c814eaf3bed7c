"""Where workbooks are exchanged: a folder that both sides reach, or the agency's SFTP server. `out/` and `in/`.

A file appears whole: it is written under another name first. A workbook BATCH.xlsx is accompanied by its manifest
BATCH.json, written last: who finds the manifest finds the workbook. A manifest names batch, rows, SHA-256 and
time, and is signed with the key both sides hold.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.sdk.actions import AgencyRefused, AgencyUnavailable

LARGEST = 20 * 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9-]{1,60}")


class Drop(Protocol):
    """A place with the folders `out` and `in`."""

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder, sorted."""

    def get(self, folder: str, name: str) -> bytes:
        """The bytes of a file."""

    def put(self, folder: str, name: str, data: bytes) -> None:
        """Write a file whole, replacing one of that name."""


@dataclass(frozen=True)
class FolderDrop:
    """A folder of this machine or a mounted share."""

    root: Path

    def names(self, folder: str) -> list[str]:
        """See `Drop`."""
        return sorted(path.name for path in (self.root / folder).iterdir() if path.is_file())

    def get(self, folder: str, name: str) -> bytes:
        """See `Drop`."""
        with open(self.root / folder / name, "rb") as file:
            return file.read(LARGEST + 1)

    def put(self, folder: str, name: str, data: bytes) -> None:
        """See `Drop`."""
        draft = self.root / folder / f".{name}.part"
        draft.write_bytes(data)
        draft.replace(self.root / folder / name)


@dataclass(frozen=True)
class SftpLine:
    """How to reach the agency's SFTP server; `host_key` is its public key, "ssh-ed25519 AAAA…"."""

    host: str
    port: int
    user: str
    host_key: str
    folder: str
    seconds: float
    password: str = field(default="", repr=False)
    key_file: str = ""


@dataclass(frozen=True)
class SftpDrop:
    """The agency's SFTP server within one connection."""

    client: Any
    root: str

    def names(self, folder: str) -> list[str]:
        """See `Drop`."""
        return sorted(self.client.listdir(f"{self.root}/{folder}"))

    def get(self, folder: str, name: str) -> bytes:
        """See `Drop`."""
        target = io.BytesIO()
        if (self.client.stat(f"{self.root}/{folder}/{name}").st_size or 0) > LARGEST:
            raise AgencyUnavailable("a returned file is too large")
        self.client.getfo(f"{self.root}/{folder}/{name}", target)
        return target.getvalue()

    def put(self, folder: str, name: str, data: bytes) -> None:
        """See `Drop`."""
        draft = f"{self.root}/{folder}/.{name}.part"
        self.client.putfo(io.BytesIO(data), draft)
        self.client.posix_rename(draft, f"{self.root}/{folder}/{name}")


@contextmanager
def _folder(path: str) -> Iterator[Drop]:
    root = Path(path)
    for name in ("out", "in"):
        if not (root / name).is_dir():
            raise AgencyUnavailable(f"the drop folder has no {name}/")
    yield FolderDrop(root)


@contextmanager
def _sftp(line: SftpLine) -> Iterator[Drop]:
    import paramiko  # an extra: only who exchanges by SFTP installs it

    kind, _, encoded = line.host_key.partition(" ")
    transport = None
    try:
        sock = paramiko.transport.socket.create_connection((line.host, line.port), line.seconds)
        sock.settimeout(line.seconds)
        transport = paramiko.Transport(sock)
        transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = line.seconds
        transport.start_client(timeout=line.seconds)
        shown = transport.get_remote_server_key()
        if (shown.get_name(), shown.asbytes()) != (kind, base64.b64decode(encoded.split(" ")[0])):
            raise AgencyRefused("the server shows another host key")
        if line.key_file:
            transport.auth_publickey(line.user, paramiko.PKey.from_path(line.key_file))
        else:
            transport.auth_password(line.user, line.password)
        client = paramiko.SFTPClient.from_transport(transport)
        if client is None:
            raise AgencyUnavailable("no SFTP there")
        client.get_channel().settimeout(line.seconds)
        yield SftpDrop(client, line.folder.rstrip("/"))
    except paramiko.AuthenticationException as error:
        raise AgencyRefused("the server does not let us in") from error
    except (paramiko.SSHException, EOFError) as error:
        raise AgencyUnavailable(f"SFTP: {type(error).__name__}") from error
    finally:
        if transport is not None:
            transport.close()


@contextmanager
def reach(place: str | SftpLine) -> Iterator[Drop]:
    """The exchange, reached; what goes wrong inside becomes one of the two errors of agencies."""
    opened: AbstractContextManager[Drop] = _folder(place) if isinstance(place, str) else _sftp(place)
    try:
        with opened as drop:
            yield drop
    except (OSError, TimeoutError) as error:
        raise AgencyUnavailable(f"the exchange: {type(error).__name__}") from error


def manifest(key: str, batch: str, data: bytes, rows: int, made_at: str) -> bytes:
    """The manifest of a workbook, signed."""
    said = {"batch": batch, "rows": rows, "sha256": hashlib.sha256(data).hexdigest(), "made_at": made_at}
    return json.dumps({**said, "signature": _signature(key, said)}, sort_keys=True).encode()


def _signature(key: str, said: dict[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()


def is_manifest_of(key: str, given: bytes, batch: str, data: bytes) -> bool:
    """Whether a manifest is signed by the other side and speaks of this very workbook."""
    try:
        said = dict(json.loads(given))
        signed = str(said.pop("signature"))
    except (ValueError, KeyError, TypeError):
        return False
    fits = said.get("batch") == batch and said.get("sha256") == hashlib.sha256(data).hexdigest()
    return fits and hmac.compare_digest(signed.encode(), _signature(key, said).encode())
