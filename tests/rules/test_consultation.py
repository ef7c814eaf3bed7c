"""Hours by the calendar, dues in working days, moves; letters read within bounds."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage

import pytest

from core.consultation import letters
from core.consultation.rules import (
    ENQUIRY_MOVES,
    MOST_FILES,
    Figures,
    Hours,
    counts_as_missed,
    due_on,
    in_time,
    is_open,
    is_overdue,
    judge_attachment,
    judge_hours,
    judge_reply,
    judge_server,
    judge_telephone,
    median_of,
)
from core.rulesets.loader import national

DAY = Hours("08:30", "17:30", "12:00", "13:30")


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        (DAY, []),
        (Hours("09:00", "17:00"), []),
        (Hours("9:00", "17:00"), ["line_hours_form"]),
        (Hours("", "17:00"), ["line_hours_form"]),
        (Hours("08:30", "24:00"), ["line_hours_form"]),
        (Hours("17:00", "09:00"), ["line_hours_order"]),
        (Hours("09:00", "17:00", "12:00", ""), ["line_pause_half"]),
        (Hours("09:00", "17:00", "08:00", "09:30"), ["line_pause_outside"]),
        (Hours("09:00", "17:00", "13:00", "12:00"), ["line_pause_outside"]),
    ],
)
def test_hours_are_in_order(hours, wanted):
    assert codes(judge_hours(hours)) == wanted


@pytest.mark.parametrize(
    ("local", "wanted"),
    [
        ("2020-03-25T08:29", False),
        ("2020-03-25T08:30", True),
        ("2020-03-25T12:00", False),
        ("2020-03-25T13:30", True),
        ("2020-03-25T17:30", False),
        ("2020-03-28T10:00", False),  # Saturday
        ("2020-04-04T10:00", False),  # 清明
        ("2020-04-26T10:00", True),  # a Sunday worked in exchange
        ("2031-03-25T10:00", None),  # nobody has promulgated that year
    ],
)
def test_a_line_is_open_by_the_calendar(local, wanted):
    moment = datetime.fromisoformat(local)
    assert is_open(DAY, moment) is wanted
    assert counts_as_missed(DAY, moment, False) is (wanted is True)
    assert not counts_as_missed(DAY, moment, True)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2020-03-25", "2020-03-30"),
        ("2020-03-27", "2020-04-01"),
        ("2020-04-02", "2020-04-08"),  # over 清明, 4 to 6 April
        ("2020-04-24", "2020-04-28"),  # the Sunday is worked
    ],
)
def test_an_answer_is_due_in_three_working_days(asked, due):
    rules, last = national(2020), date.fromisoformat(due)
    assert rules.v.consultation_reply_working_days == 3
    assert due_on(date.fromisoformat(asked), rules) == last
    assert due_on(date(2030, 12, 31), rules) is None
    assert not is_overdue("open", last, last)
    assert is_overdue("escalated", last, date.fromordinal(last.toordinal() + 1))
    assert not is_overdue("answered", last, date(2021, 1, 1))
    assert not is_overdue("open", None, date(2021, 1, 1))
    assert (in_time(last, last), in_time(last, date(2021, 1, 1)), in_time(None, last)) == (True, False, True)


def test_moves_are_those_of_the_rulebook_and_nothing_else():
    allowed = {(a, b) for a, after in ENQUIRY_MOVES.table.items() for b in after}
    assert allowed == {("open", "answered"), ("open", "escalated"), ("escalated", "answered"), ("answered", "closed")}
    assert codes(judge_reply("answered", "x")) == ["transition_not_allowed"]
    assert codes(judge_reply("open", " ")) == ["enquiry_answer_empty"]


def test_telephones_servers_files_and_medians():
    assert judge_telephone("0571-88008800") == judge_telephone("000-12345") == []
    assert codes(judge_telephone("call us")) == ["line_telephone_form"]
    own, foreign = ("mail.example.cn", "127.0.0.1"), "other.example.cn"
    assert judge_server("MAIL.example.cn", "tls", own, "imap_host") == []
    assert judge_server("127.0.0.1", "none", own, "imap_host") == []
    assert codes(judge_server(own[0], "none", own, "imap_host")) == ["mail_server_plain"]
    assert codes(judge_server(foreign, "tls", own, "imap_host")) == ["mail_server_foreign"]
    assert judge_attachment("a.PDF", b"%PDF-1", 0)
    for name, data, present in (
        ("a.exe", b"MZ", 0),
        ("a.pdf", b"MZ", 0),
        ("a", b"", 0),
        ("a.pdf", b"%PDF-", MOST_FILES),
    ):
        assert not judge_attachment(name, data, present)
    assert median_of({}) is None
    assert median_of({1: 1, 5: 1, 9: 1}) == 5
    assert median_of({2: 2, 8: 2}) == 2
    assert (Figures(answered=3, timely=2).share, Figures().share) == ("67%", "")


def letter(**heads):
    made = EmailMessage()
    for name, value in {
        "From": "王某 <asker@example.cn>",
        "Subject": "网报时间",
        "Message-ID": "<1@a>",
        **heads,
    }.items():
        made[name.replace("_", "-")] = value
    return made


def test_html_is_reduced_to_its_words():
    made = letter()
    made.set_content("<style>p{}</style><p>您好&nbsp;&amp; 再见</p><script>alert(1)</script><div>第二行</div>", "html")
    read = letters.read(made.as_bytes())
    assert read.text == "您好 & 再见\n\n第二行"
    assert (read.sender, read.name, read.subject) == ("asker@example.cn", "王某", "网报时间")
    made = letter()
    made.set_content("纯文本")
    made.add_alternative("<p>网页</p>", "html")
    assert letters.read(made.as_bytes()).text == "纯文本"


def test_old_encodings_and_forged_heads_are_read():
    raw = (
        b"From: a@b.cn\r\nSubject: =?gb2312?B?x6nD+w==?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
        + "您好".encode("gb2312")
    )
    read = letters.read(raw)
    assert read.text == "您好"
    assert read.mark == letters.read(raw).mark  # without a Message-ID its bytes are its name
    for raw in (
        b"From: a@b.cn\r\nContent-Type: text/plain; charset=x-none\r\n\r\n\xff",
        b"From: a@b.cn\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        b"From: a@b.cn\r\nSubject: a\x00b\xe2\x80\xae\r\n\r\nx",
    ):
        assert letters.read(raw).sender == "a@b.cn"
    for raw in (b"", b"no letter at all", b"From: nobody\r\n\r\nx"):
        with pytest.raises(letters.UnreadableLetter):
            letters.read(raw)


def test_files_are_bounded_and_bombs_refused():
    made = letter()
    made.set_content("附件")
    for name, data in (("证明.pdf", b"%PDF-1.4"), ("run.exe", b"MZ"), ("../x.png", b"\x89PNG\r\n..")):
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    read = letters.read(made.as_bytes())
    assert [name for name, _data in read.files] == ["证明.pdf", ".._x.png"]
    assert read.dropped == ("run.exe",)
    many = letter()
    many.set_content("x")
    for number in range(70):
        many.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    with pytest.raises(letters.UnreadableLetter):
        letters.read(many.as_bytes())
    inner = b"x"
    for level in range(200):
        inner = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n" % (
            level,
            level,
            inner,
            level,
        )
    with pytest.raises(letters.UnreadableLetter):
        letters.read(b"From: a@b.cn\r\n" + inner)


def test_machines_are_not_answered():
    for heads in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"From": "MAILER-DAEMON@example.cn"}):
        made = letter()
        for name, value in heads.items():
            del made[name.replace("_", "-")]
            made[name.replace("_", "-")] = value
        assert letters.read(made.as_bytes()).automatic
    assert not letters.read(letter(Auto_Submitted="no").as_bytes()).automatic
