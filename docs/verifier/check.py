"""Checks certificates' codes and the transparency log from outside: written from certificate-codes.md alone."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import urllib.request
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """Something does not hold."""


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def key_id(key: dict[str, str]) -> str:
    return sha(f"{key['algorithm']}:".encode() + bytes.fromhex(key["public"])).hex()[:8].upper()


def check_signature(key: dict[str, str], purpose: str, data: bytes, signature: bytes) -> None:
    if key["algorithm"] != "ed25519":
        raise Wrong(f"this verifier knows Ed25519 only, the key is {key['algorithm']}")
    if key_id(key) != key["key_id"]:
        raise Wrong(f"the key {key['key_id']} does not have that id")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public"])).verify(
            signature, f"xingtan:{purpose}".encode() + b"\0" + data
        )
    except InvalidSignature:
        raise Wrong(f"the signature for {purpose!r} does not hold") from None


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_code(text: str, keys: list[dict[str, str]], revoked: dict[str, object] | None) -> list[object]:
    """The content of a code whose signature holds and whose paper is not in the snapshot."""
    parts = text.strip().rpartition("#")[2].split(".")
    if len(parts) != 4 or parts[0] != "XT1":
        raise Wrong("this is no certificate code")
    key = next((item for item in keys if item["key_id"] == parts[2]), None)
    if key is None:
        raise Wrong(f"the key {parts[2]} is not in the list of keys")
    payload = unpack(parts[1])
    check_signature(key, "certificate", payload, unpack(parts[3]))
    content = json.loads(payload)
    if revoked is not None:
        body = {"at": revoked["at"], "marks": revoked["marks"]}
        signer = next((item for item in keys if item["key_id"] == revoked["key_id"]), None)
        if signer is None:
            raise Wrong("the snapshot's key is not in the list of keys")
        text_ = json.dumps(body, separators=(",", ":"))
        check_signature(signer, "revocation snapshot", text_.encode(), bytes.fromhex(str(revoked["signature"])))
        marks = set(revoked["marks"])  # type: ignore[call-overload]
        for piece, said in ((0, "the certificate no longer stands"), (content[1], "this paper was replaced")):
            if sha(f"{content[0]}|{piece}".encode()).hex()[:20] in marks:
                raise Wrong(f"{said} (snapshot of {revoked['at']})")
    return list(content)


def check_head(head: dict[str, object]) -> None:
    data = f"{head['size']}\n{head['root']}\n{head['at']}\n".encode()
    key = {name: str(head[name]) for name in ("key_id", "algorithm", "public")}
    check_signature(key, "transparency log head", data, bytes.fromhex(str(head["signature"])))


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def root_of(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2."""
    fn, sn, found = index, size - 1, leaf
    for item in path:
        if sn == 0:
            raise Wrong("the inclusion proof is too long")
        if fn % 2 or fn == sn:
            found = node(item, found)
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, item)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Wrong("the inclusion proof is too short")
    return found


def check_consistency(first: int, second: int, old: bytes, new: bytes, path: list[bytes]) -> None:
    """RFC 9162, 2.1.4.2."""
    if first == second:
        if old != new:
            raise Wrong("two heads of one size have different roots")
        return
    if not path:
        raise Wrong("the consistency proof is empty")
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    older = newer = steps[0]
    for item in steps[1:]:
        if sn == 0:
            raise Wrong("the consistency proof is too long")
        if fn % 2 or fn == sn:
            older, newer = node(item, older), node(item, newer)
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            newer = node(newer, item)
        fn, sn = fn >> 1, sn >> 1
    if sn or older != old or newer != new:
        raise Wrong("the log was rewritten: it does not continue the head that was kept")


def ask(site: str, path: str, body: dict[str, str] | None = None) -> dict[str, object]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(
        f"{site.rstrip('/')}/api/v1/certificates/{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer))


def watch(site: str, kept: Path) -> str:
    head = ask(site, "log/head")
    check_head(head)
    if kept.exists():
        old = json.loads(kept.read_text(encoding="utf-8"))
        check_head(old)
        if head["size"] < old["size"]:
            raise Wrong(f"the log shrank from {old['size']} to {head['size']} leaves")
        path = ask(site, f"log/consistency?first={old['size']}&second={head['size']}")["hashes"]
        roots = bytes.fromhex(old["root"]), bytes.fromhex(str(head["root"]))
        check_consistency(int(old["size"]), int(str(head["size"])), *roots, [bytes.fromhex(x) for x in path])
    kept.write_text(json.dumps(head, indent=1), encoding="utf-8")
    return f"{head['size']} leaves, signed {head['at']}: the log continues what was kept"


def prove(site: str, number: str, name: str) -> str:
    answer = ask(site, "proofs", {"number": number, "name": name})
    if not answer["proofs"]:
        raise Wrong("the log holds nothing for this number and name (or no head covers it yet)")
    head = dict(answer["head"])  # type: ignore[call-overload]
    check_head(head)
    lines = []
    for proof in answer["proofs"]:  # type: ignore[attr-defined]
        leaf = json.loads(proof["leaf"])
        if leaf["number"] != number:
            raise Wrong("a proof is about another certificate")
        hashed = sha(b"\x00" + proof["leaf"].encode())
        path = [bytes.fromhex(item) for item in proof["path"]]
        if root_of(proof["index"], head["size"], hashed, path).hex() != head["root"]:
            raise Wrong(f"leaf {proof['index']} is not in the log")
        lines.append(f"{leaf['on']} {leaf['event']} piece {leaf['piece']}: leaf {proof['index']} of {head['size']}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    code = verbs.add_parser("code", help="a code from a certificate")
    code.add_argument("text")
    code.add_argument("--keys", type=Path, required=True)
    code.add_argument("--revoked", type=Path)
    head = verbs.add_parser("head", help="the newest head against the one kept earlier")
    head.add_argument("--site", required=True)
    head.add_argument("--keep", type=Path, required=True)
    one = verbs.add_parser("certificate", help="every event of one certificate")
    one.add_argument("--site", required=True)
    one.add_argument("--number", required=True)
    one.add_argument("--name", required=True)
    given = parser.parse_args()
    try:
        if given.verb == "code":
            revoked = json.loads(given.revoked.read_text(encoding="utf-8")) if given.revoked else None
            print(*check_code(given.text, json.loads(given.keys.read_text(encoding="utf-8")), revoked))
        elif given.verb == "head":
            print(watch(given.site, given.keep))
        else:
            print(prove(given.site, given.number, given.name))
    except Wrong as wrong:
        print(f"WRONG: {wrong}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError) as fault:
        print(f"could not be asked: {fault}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
