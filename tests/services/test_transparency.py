"""The log keeps every event of a certificate, and a verifier outside the system finds whatever is done to it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from werkzeug.serving import make_server

from core.certificates import service as certificates
from core.certificates.models import Certificate, CertificateNumber, LogEntry, LogHead, LogLeaf, LogNode
from core.certificates.rules import codes as forms
from core.certificates.rules import merkle
from core.certificates.service import codes, transparency
from core.demonstration import story
from core.foundation import clock, outbox, signing
from core.foundation.access import NOWHERE, within
from core.foundation.db import db, one_transaction, session

CHECK = Path(__file__).parents[2] / "docs" / "verifier" / "check.py"


def checked(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as a stranger does: in a process that cannot import the platform."""
    return subprocess.run(
        [sys.executable, "-I", str(CHECK), *arguments], capture_output=True, text=True, check=False, cwd="/"
    )


def noted(count: int, start: int = 1) -> None:
    @one_transaction
    def write() -> None:
        for i in range(start, start + count):
            transparency.note(f"20200010231{i:06d}", forms.LogEvent.ISSUED, 1, f"某{i}", clock.today(), clock.now())

    write()
    outbox.drain()


@pytest.fixture
def site(house):
    """The public site on a port."""
    server = make_server("127.0.0.1", 0, house.public, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_the_tree_of_the_database_is_the_definition_s(world):
    for count, start in ((1, 1), (6, 2), (9, 8)):
        noted(count, start)
    assert transparency.size() == 16
    hashes = [bytes.fromhex(item) for item in transparency.leaves(0, 1000)]
    entries = session().execute(
        select(LogEntry.data).join(LogLeaf, LogLeaf.entry_id == LogEntry.id).order_by(LogLeaf.position)
    )
    assert hashes == [merkle.leaf_hash(row[0].encode()) for row in entries]
    head = transparency.publish_head(clock.now())
    nodes = {}
    for size, leaf in enumerate(hashes):
        nodes.update(merkle.growth(size, leaf, nodes.__getitem__))
    assert head.root == merkle.span_hash((0, 16), nodes.__getitem__).hex()
    assert transparency.publish_head(clock.now()) is head
    assert list(transparency.altered_entries()) == []
    entry = session().scalars(select(LogEntry).limit(1)).one()
    entry.data = entry.data.replace("issued", "revoked")
    session().commit()
    assert list(transparency.altered_entries()) == [entry.id]


def test_a_stranger_checks_code_log_and_certificate(house, site, tmp_path):
    row_id = story.play(11, "recognised", house.plan)
    noted(5)
    row = session().scalars(select(Certificate).where(Certificate.case_id == row_id)).one()
    certificates.publish_log_head(clock.now())
    content = forms.CodeContent(row.number, 1, row.name, row.kind, row.subject, row.issued_on)
    code = certificates.code_of(content, "https://xingtan.example")
    keys, revoked, kept = tmp_path / "keys.json", tmp_path / "revoked.json", tmp_path / "head.json"
    keys.write_text(json.dumps(codes.keys()))
    revoked.write_text(json.dumps(codes.snapshot(clock.now())))
    good = checked("code", code, "--keys", str(keys), "--revoked", str(revoked))
    assert good.returncode == 0, good.stderr
    assert row.number in good.stdout
    forged = checked("code", code[:-4] + "AAAA", "--keys", str(keys))
    assert forged.returncode == 1
    assert checked("head", "--site", site, "--keep", str(kept)).returncode == 0
    noted(7, 100)
    certificates.publish_log_head(clock.now())
    grown = checked("head", "--site", site, "--keep", str(kept))
    assert grown.returncode == 0, grown.stderr
    mine = checked("certificate", "--site", site, "--number", row.number, "--name", row.name)
    assert mine.returncode == 0, mine.stderr
    assert "issued piece 1" in mine.stdout
    stranger = checked("certificate", "--site", site, "--number", row.number, "--name", "别人")
    assert (stranger.returncode, stranger.stdout) == (1, "")
    _rewrite(kept)
    rewritten = checked("head", "--site", site, "--keep", str(kept))
    assert rewritten.returncode == 1
    assert "rewritten" in rewritten.stderr or "different roots" in rewritten.stderr
    certificates.void(story.officer("province"), row_id, "打印前发现姓名有误", clock.now())
    session().commit()
    revoked.write_text(json.dumps(codes.snapshot(clock.now())))
    dead = checked("code", code, "--keys", str(keys), "--revoked", str(revoked))
    assert dead.returncode == 1
    assert "no longer stands" in dead.stderr


def _rewrite(kept: Path) -> None:
    """A head that the platform did sign, over another history: as if leaves had been changed since."""
    head = json.loads(kept.read_text())
    root, size = bytes(32), head["size"] - 2
    signature = signing.signer().sign(transparency.HEAD_PURPOSE, forms.head_data(size, root, head["at"]))
    kept.write_text(json.dumps(head | {"size": size, "root": root.hex(), "signature": signature.hex()}))


def test_the_answer_to_a_code_follows_the_record(house):
    case_id = story.play(11, "recognised", house.plan)
    row = session().scalars(select(Certificate).where(Certificate.case_id == case_id)).one()
    content = forms.CodeContent(row.number, 1, row.name, row.kind, row.subject, row.issued_on)
    code = certificates.code_of(content)
    assert codes.check_code(code).result == "in_force"
    assert codes.check_code("https://www.example.invalid/x").result == "unreadable"
    other = signing.ed25519(b"\7" * 32)
    forged = forms.compose_code(content, signing.signer().public.key_id, other.sign(forms.PURPOSE, content.payload()))
    assert codes.check_code(forged).result == "forged"
    unknown = forms.CodeContent("20200010231000777", 1, row.name, row.kind, row.subject, row.issued_on)
    assert codes.check_code(certificates.code_of(unknown)).result == "no_record"
    number = session().get(CertificateNumber, row.number)
    number.piece = 2
    session().commit()
    assert codes.check_code(code).result == "replaced"
    assert forms.snapshot_mark(row.number, 1) in codes.snapshot(clock.now())["marks"]
    for state, said in (("revoked", "revoked"), ("lost_qualification", "forfeited"), ("voided", "voided")):
        number.state = state
        session().commit()
        assert codes.check_code(code).result == said
        assert certificates.verify(row.number, row.name).state == said


def test_events_at_once_get_places_of_their_own(world):
    def write(start: int) -> None:
        with world.outside.app_context(), within(NOWHERE):
            for i in range(8):
                noted(1, start + i)
            db.session.remove()

    threads = [threading.Thread(target=write, args=(n * 100 + 1,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()
    for _ in range(5):
        outbox.drain()
        transparency.sequence(clock.now())
    positions = list(session().scalars(select(LogLeaf.position).order_by(LogLeaf.position)))
    assert positions == list(range(32))
    assert list(transparency.altered_entries()) == []


def test_heads_and_leaves_cannot_be_changed(world):
    noted(3)
    certificates.publish_log_head(clock.now())
    for model in (LogHead, LogLeaf, LogNode):
        with pytest.raises(Exception, match="append-only"):
            session().execute(delete(model))
        session().rollback()
    with pytest.raises(Exception, match="append-only"):
        session().execute(text("UPDATE log_head SET root = 'x'"))
    session().rollback()
