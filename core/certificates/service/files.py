"""Files put on record: applications, replies, protocols, photos of spoiled pieces, proofs of a change."""

from __future__ import annotations

from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.storage import Stored, storage

MOST = 8 * 1024 * 1024
HEADS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}


def keep(data: bytes, field: str) -> Stored:
    """Keep a PDF, JPEG or PNG by its content; raises `Refused` beside `field` for anything else."""
    suffix = next((end for head, end in HEADS.items() if data.startswith(head)), "")
    if not suffix or len(data) > MOST:
        raise Refused(
            [
                Finding(
                    "file_not_accepted",
                    N_("请上传PDF、JPEG或PNG文件，最多8兆字节"),
                    field=field,
                    remedy=N_("扫描件请另存为PDF"),
                )
            ]
        )
    return storage().put(data, suffix)


def fetch(key: str) -> tuple[bytes, str]:
    """A kept file and its media type; the caller has shown that its row may be seen."""
    kinds = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png"}
    return storage().get(key), kinds.get(key[key.rfind(".") :], "application/octet-stream")
