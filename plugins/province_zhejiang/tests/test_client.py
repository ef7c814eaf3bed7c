"""The agency's interface: signatures, TLS, parts, pages, pauses; what goes wrong and what is never said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import AttendanceRecord, NoticePublication, Outcome
from core.testing import border
from core.testing.agency import KEY
from core.testing.authority import authority
from core.testing.people import identity_number
from core.testing.signed_agency import SignedAgency
from plugins.province_zhejiang import client, signing


@pytest.fixture(params=["HMAC-SHA256", "HMAC-SM3"])
def agency(request: pytest.FixtureRequest) -> Iterator[SignedAgency]:
    with SignedAgency(answered_on=border.DAY, algorithm=request.param) as running:
        yield running


def line_to(agency: SignedAgency, key: str = KEY, ca_file: str = "") -> client.Line:
    """A line with little patience."""
    return client.Line(agency.url, key, agency.algorithm, ca_file, 0.4, 2)


def test_a_batch_goes_out_in_parts_and_comes_back(agency: SignedAgency) -> None:
    line, batch = line_to(agency), border.batch(105)
    receipts = client.submit(line, batch)
    assert len(receipts) == 2
    assert client.submit(line, batch) == receipts
    agency.outcomes[identity_number(1)] = "failed"
    said = {result.reference: result for receipt in receipts for result in client.collect(line, receipt)}
    assert len(said) == 105 - 10  # each tenth is never answered
    assert said["batch-1-1"].outcome is Outcome.UNCLEAR
    assert said["batch-1-2"].outcome is Outcome.CLEAR
    assert said["batch-1-7"].outcome is Outcome.RECORD_FOUND


def test_out_of_order_and_twice_the_newest_revision_counts(agency: SignedAgency) -> None:
    line = line_to(agency)
    (receipt,) = client.submit(line, border.batch(8))
    usual = sorted(client.collect(line, receipt), key=lambda result: result.reference)
    for fault in ("out_of_order", "duplicate"):
        agency.fault = fault
        assert sorted(client.collect(line, receipt), key=lambda result: result.reference) == usual


def test_a_busy_agency_is_asked_again_in_the_same_call(agency: SignedAgency) -> None:
    agency.fault = "busy"
    assert client.submit(line_to(agency), border.batch(1))


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ("500", AgencyUnavailable, "HTTP 500"),
        ("nonsense", AgencyUnavailable, "the answer is no JSON"),
        ("close", AgencyUnavailable, "no answer: "),
        ("hang", AgencyUnavailable, "no answer: TimeoutError"),
        ("refuse", AgencyRefused, "HTTP 422"),
    ],
)
def test_what_goes_wrong_has_one_of_two_names(fault: str, kind: type[Exception], said: str) -> None:
    with SignedAgency(answered_on=border.DAY, fault=fault) as agency, pytest.raises(kind) as caught:
        client.submit(line_to(agency), border.batch(1))
    assert str(caught.value).startswith(said)


def test_a_wrong_key_and_a_changed_batch_are_refused(agency: SignedAgency) -> None:
    with pytest.raises(AgencyRefused, match="HTTP 403"):
        client.submit(line_to(agency, "another key, also long"), border.batch(1))
    client.submit(line_to(agency), border.batch(1))
    with pytest.raises(AgencyRefused, match="HTTP 409"):
        client.submit(line_to(agency), border.batch(2))


def test_a_notice_is_in_the_feed_once(agency: SignedAgency) -> None:
    notice = NoticePublication("n-1", "公告", "正文", "applicants")
    assert client.publish(line_to(agency), notice) == client.publish(line_to(agency), notice)
    assert [item["title"] for item in agency.feed.values()] == ["公告"]


def test_attendance_is_read_page_after_page(agency: SignedAgency) -> None:
    agency.attendance["2020-03-25"] = {f"3310{n}": n + 1 for n in range(5)}
    assert client.attendance(line_to(agency), border.DAY) == [AttendanceRecord(f"3310{n}", n + 1) for n in range(5)]


def test_https_only_with_the_ca_that_settings_name(tmp_path: Path) -> None:
    ca_file, context = authority(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    foreign, _ = authority(other)
    with SignedAgency(answered_on=border.DAY, tls=context) as agency:
        assert client.submit(line_to(agency, ca_file=str(ca_file)), border.batch(1))
        for wrong in ("", str(foreign)):
            with pytest.raises(AgencyUnavailable, match="not trusted"):
                client.submit(line_to(agency, ca_file=wrong), border.batch(1))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"results": None},
        {"results": ["1"]},
        {"results": [{"id": "r", "jg": "0", "rq": "2020-03-25"}]},
        {"results": [{"id": "r", "jg": "1", "rq": "yesterday"}]},
        {"results": [{"id": "r", "jg": "1"}]},
        {"results": [{"id": "r", "jg": "1", "rq": "2020-03-25", "revision": "last"}]},
    ],
)
def test_a_foreign_answer_makes_nobody_clear(answer: object) -> None:
    with pytest.raises(AgencyUnavailable, match="the results are not in the agreed form"):
        client.results(answer)


def test_signatures_bind_everything() -> None:
    given = signing.headers(KEY, "HMAC-SM3", "POST", "/p/33/checks", b"{}")

    def wrong(changed: dict[str, str] | None = None, **how: object) -> signing.Wrong | None:
        told = {"key": KEY, "algorithm": "HMAC-SM3", "method": "POST", "path": "/p/33/checks", "body": b"{}", **how}
        return signing.wrong_with({**given, **(changed or {})}, **told)  # type: ignore[arg-type]

    assert wrong() is None
    for how in ({"key": "x" * 20}, {"method": "PUT"}, {"path": "/p/41/checks"}, {"body": b"{ }"}):
        assert wrong(**how) is signing.Wrong.SIGNATURE
    assert wrong({"X-Nonce": "0" * 32}) is signing.Wrong.SIGNATURE
    assert wrong({"X-Nonce": "short"}) is signing.Wrong.NONCE
    assert wrong({"X-Signature": "é"}) is signing.Wrong.SIGNATURE
    assert wrong({"X-Algorithm": "HMAC-SHA256"}) is signing.Wrong.ALGORITHM
    assert wrong(algorithm="HMAC-SHA256") is signing.Wrong.ALGORITHM
    for stamp in ("soon", "", str(int(time.time()) - signing.SIGNED_FOR - 1), "9" * 30):
        assert wrong({"X-Timestamp": stamp}) is signing.Wrong.TIMESTAMP
    assert KEY not in repr(client.Line("http://127.0.0.1", KEY, "HMAC-SM3", "", 1))
