"""Keys: what is sealed names its key; rotation brings everything up, and people are found before, during and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from core.accounts.service.signing import applicant_named
from core.config import load
from core.demonstration import story
from core.foundation import keys
from core.foundation.crypto import Keyring, UnknownKey
from core.foundation.db import keyring, session, use_keyring
from core.foundation.errors import Refused, SettingInvalid
from core.foundation.storage import storage
from core.people import service as people
from core.people.models import Person
from core.testing import people as invented
from tests.conftest import SECRET

FIRST = "fir5t n3w k3y of f0rty lett3rs + qwzxjv kb"
SECOND = "s3c0nd n3w k3y of f0rty lett3rs + qwzxjvkb"


@pytest.fixture
def own_keys():
    before = keyring()
    yield
    use_keyring(before)


def test_a_rotation_in_two_steps_loses_nobody(world, own_keys):
    story.person(3)
    use_keyring(Keyring.from_secret(SECRET))
    kept = storage().put(b"a photo", ".jpg")
    for more in (f"1:aes:{FIRST}", f"1:aes:{FIRST},2:sm:{SECOND}"):
        use_keyring(Keyring.from_secret(SECRET, more=more))
        session().expunge_all()
        assert people.by_login(invented.mobile(3)).name == invented.name(3)
        with pytest.raises(Refused):
            story.person(3)
        left = keys.left()
        assert {"person.document_number", "person.mobile_index"} <= set(left)
        assert dict(keys.rotate())["files"] == 1
        assert keys.left() == {}
        assert dict(keys.rotate()) == {}
        session().expunge_all()
        assert people.by_login(invented.identity_number(3)).mobile == invented.mobile(3)
        assert storage().get(kept.key) == b"a photo"
    raw = bytes(session().execute(text("SELECT document_number FROM person")).scalar_one())
    assert raw.startswith(keyring().current.head)
    assert raw[1:3] == bytes((2, 1))
    assert applicant_named(invented.mobile(3)) is not None
    assert session().query(Person).count() == 1


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_a_sealed_value_opens_with_its_own_key_and_not_after_a_touch(suite):
    ring = Keyring.from_secret(SECRET, suite)
    sealed = ring.seal("330102199001011234")
    assert ring.unseal(sealed) == "330102199001011234"
    assert b"330102" not in sealed
    assert ring.seal("x") != ring.seal("x")
    for place in (5, 20, len(sealed) - 1):
        with pytest.raises(InvalidTag):
            ring.unseal(sealed[:place] + bytes((sealed[place] ^ 1,)) + sealed[place + 1 :])
    with pytest.raises(UnknownKey):
        Keyring.from_secret(SECRET, "sm" if suite == "aes" else "aes").unseal(sealed)
    with pytest.raises(UnknownKey):
        ring.unseal(b"plain")
    assert SECRET not in repr(ring) + repr(ring.keys)


def test_an_index_is_wrapped_so_that_an_old_key_alone_finds_nothing():
    old, new = Keyring.from_secret(SECRET), Keyring.from_secret(SECRET, more=f"1:aes:{FIRST}")
    before, after = old.blind_index("a", "document"), new.blind_index("a", "document")
    assert new.rewrap(before) == after == new.rewrap(after)
    assert after.fits(before)
    assert after.fits(after)
    assert not after.fits(new.blind_index("b", "document"))
    assert before.fits(after) is False
    with pytest.raises(UnknownKey):
        old.rewrap(after)


@pytest.mark.parametrize("more", ["1:aes:short", "0:aes:" + FIRST, "1:des:" + FIRST, f"1:aes:{FIRST},1:aes:{SECOND}"])
def test_keys_that_are_refused_are_never_repeated(more):
    with pytest.raises(ValueError, match="key") as refusal:
        Keyring.from_secret(SECRET, more=more)
    assert FIRST not in str(refusal.value)


PRODUCTION = {
    "XINGTAN_ENVIRONMENT": "production",
    "XINGTAN_DATABASE_URL": "postgresql://db/x",
    "XINGTAN_REDIS_URL": "redis://queue/0",
    "XINGTAN_COOKIES_SECURE": "1",
    "XINGTAN_HOSTS": "xingtan.example",
    "XINGTAN_REQUIRE_SECOND_FACTOR": "1",
    "XINGTAN_DATA_DIR": "/nonexistent",
}
GOOD = "kT7_vQz2m9XwLrB4hNf8sYc1JdGpA6uE0oRiVtKxZq5W"


@pytest.mark.parametrize("secret", ["", "short", "a" * 40, "change-me-please-change-me-please-0123456789", SECRET])
def test_production_refuses_a_key_that_is_missing_short_or_made_up(secret):
    with pytest.raises(SettingInvalid) as refusal:
        load(PRODUCTION | {"XINGTAN_SECRET_KEY": secret})
    assert not secret or secret not in str(refusal.value)


def test_secrets_may_come_from_files(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(GOOD + "\n")
    assert load(PRODUCTION | {"XINGTAN_SECRET_KEY_FILE": str(file)}).secret_key == GOOD
    with pytest.raises(SettingInvalid, match="not both"):
        load(PRODUCTION | {"XINGTAN_SECRET_KEY_FILE": str(file), "XINGTAN_SECRET_KEY": GOOD})
    with pytest.raises(SettingInvalid, match="cannot be read"):
        load(PRODUCTION | {"XINGTAN_SECRET_KEY_FILE": str(tmp_path / "none")})
