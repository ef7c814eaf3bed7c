"""One port for signatures: each algorithm checks its own, and nothing else."""

from __future__ import annotations

import json

import pytest

from core.foundation import signing
from core.foundation.errors import SettingInvalid

SIGNERS = {
    "ed25519": lambda: signing.from_secret("a secret of at least thirty-two letters"),
    "sm2": lambda: signing.sm2(*(bytes.fromhex(signing_key["sm2"][part]) for part in ("private", "public"))),
}
signing_key = {algorithm: signing.new_key(algorithm) for algorithm in signing.ALGORITHMS}


@pytest.mark.parametrize("algorithm", signing.ALGORITHMS)
def test_a_signature_holds_for_its_data_purpose_and_key_alone(algorithm):
    signer = SIGNERS[algorithm]()
    good = signer.sign("certificate", b"data")
    key = signing.PublicKey.from_dict(json.loads(json.dumps(signer.public.as_dict())))
    assert key == signer.public
    assert key.verifies("certificate", b"data", good)
    assert not key.verifies("certificate", b"other", good)
    assert not key.verifies("audit head", b"data", good)
    assert not key.verifies("certificate", b"data", good[:-1] + bytes([good[-1] ^ 1]))
    assert not key.verifies("certificate", b"data", b"")


@pytest.mark.parametrize("algorithm", signing.ALGORITHMS)
def test_a_key_file_is_read_and_a_wrong_one_refused(algorithm, tmp_path):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(signing_key[algorithm]))
    assert signing.from_file(path).public.raw.hex() == signing_key[algorithm]["public"]
    other = signing.new_key(algorithm)
    path.write_text(json.dumps(signing_key[algorithm] | {"public": other["public"]}))
    with pytest.raises(SettingInvalid, match="belong together"):
        signing.from_file(path)
    path.write_text("{}")
    with pytest.raises(SettingInvalid, match="no signing key"):
        signing.from_file(path)


def test_a_signer_shows_no_key():
    assert "30" not in repr(SIGNERS["ed25519"]()).replace(SIGNERS["ed25519"]().public.key_id, "")
