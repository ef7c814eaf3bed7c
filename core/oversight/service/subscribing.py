"""An officer's reminders: a calendar under a secret address, and letters once a day or a week, none lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from core.accounts import service as accounts
from core.filing import service as filing
from core.foundation import audit, clock, mail, outbox
from core.foundation.access import NATION, Actor, within
from core.foundation.db import keyring, one_transaction, session
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.obligations import Obligation, Standing
from core.oversight.models import Subscription
from core.oversight.rules import letter_due
from core.oversight.service.owing import everything, is_mine, letters_of
from core.rulesets.sources import source_of

MOST = 500  # obligations in one calendar or letter


def subscription(account_id: UUID) -> Subscription:
    """What an officer has chosen; nothing yet is a row that is not kept."""
    return session().get(Subscription, account_id) or Subscription(account_id=account_id, feed_index="", letters="none")


def _row(actor: Actor) -> Subscription:
    assert actor.id is not None  # an officer is signed in
    row = session().get(Subscription, actor.id, with_for_update=True, populate_existing=True)
    if row is None:
        row = Subscription(account_id=actor.id, feed_index="", letters="none")
        session().add(row)
    return row


def _written(actor: Actor, verb: str, now: datetime, **detail: str) -> None:
    audit.record(
        actor, f"oversight.{verb}", "subscription", str(actor.id), province_code=actor.province_code, now=now, **detail
    )


@one_transaction
def open_feed(actor: Actor, now: datetime) -> str:
    """A new secret address for the actor's calendar; an older one stops at once. Returns the secret, kept nowhere."""
    row, secret = _row(actor), secrets.token_urlsafe(32)
    row.feed_index, row.feed_at = keyring().code(secret, "calendar feed"), now
    _written(actor, "open_feed", now)
    return secret


@one_transaction
def close_feed(actor: Actor, now: datetime) -> None:
    """The actor's calendar opens no more."""
    row = _row(actor)
    row.feed_index, row.feed_at = "", None
    _written(actor, "close_feed", now)


@one_transaction
def choose_letters(actor: Actor, letters: str, now: datetime) -> None:
    """How often the actor wants a letter: none, daily or weekly."""
    _row(actor).letters = letters
    _written(actor, "choose_letters", now, letters=letters)


def _officer(account_id: UUID, today: date) -> Actor | None:
    """The officer of an account; None unless the filing in force lets them in."""
    with within(NATION):
        account = accounts.account(account_id)
    if account.kind != "officer" or not accounts.opens(account, today):
        return None
    actor = accounts.actor_of(account)
    return actor if actor.may("oversight.view") else None


def for_officer(actor: Actor, today: date, now: datetime) -> list[Obligation]:
    """What is the officer's own to do; the centre also sees what provinces owe. In the officer's territory."""
    with within(actor.scope):
        items = everything(actor, today, now)
    watched = {"P"} if "N" in letters_of(actor) else set()
    return [item for item in items if is_mine(item, actor) or item.who in watched][:MOST]


def fed(secret: str, today: date, now: datetime) -> list[Obligation]:
    """The obligations behind a calendar's secret address; raises `NotFound` for any that does not open."""
    index = keyring().code(secret, "calendar feed")
    row = session().scalars(select(Subscription).where(Subscription.feed_index == index).limit(1)).first()
    actor = _officer(row.account_id, today) if row is not None else None
    if actor is None:
        raise NotFound()
    return for_officer(actor, today, now)


@one_transaction
def promise_letters(today: date, now: datetime) -> int:
    """The daily job: promise each officer the day's letter, once; returns how many."""
    statement = (
        select(Subscription)
        .where(
            Subscription.letters != "none", or_(Subscription.letter_on.is_(None), Subscription.letter_on < today)
        )
        .order_by(Subscription.account_id)
        .limit(50_000)
        .with_for_update()
    )  # fmt: skip
    count = 0
    for row in session().scalars(statement):
        if letter_due(row.letters, row.letter_on, today):
            row.letter_on = today
            outbox.post("oversight.letter", now=now, account_id=row.account_id, day=today.isoformat())
            count += 1
    return count


def write_letter(account_id: UUID, day: date, reference: str, now: datetime) -> bool:
    """The job: send an officer the letter of a day, unless it went out or nothing is owed. Raises `OSError`.

    The day is marked once the letter has gone: a fall in between sends it again under the same reference, by which
    its reader's mail knows it.
    """
    today = clock.beijing(now).date()
    actor = _officer(account_id, today)
    row = filing.by_account(account_id)
    to = row.mail if row is not None else ""
    items = [i for i in for_officer(actor, today, now) if i.standing(today) is not Standing.LATER] if actor else []
    if not to or not items or _went_out(subscription(account_id), day):
        return False
    letter = mail.Letter(to, say(N_("应办事项提醒")), _text(items, today), reference)
    session().rollback()
    mail.send(letter)
    _mark(account_id, day)
    return True


def _went_out(row: Subscription, day: date) -> bool:
    return row.sent_on is not None and row.sent_on >= day


@one_transaction
def _mark(account_id: UUID, day: date) -> None:
    row = session().get(Subscription, account_id, with_for_update=True, populate_existing=True)
    if row is not None and not _went_out(row, day):
        row.sent_on = day


def _text(items: Iterable[Obligation], today: date) -> str:
    some = list(items)
    late = sum(item.standing(today) is Standing.LATE for item in some)
    lines = [say(N_("您有%(count)s项应办事项，其中%(late)s项已逾期。"), count=len(some), late=late), ""]
    for item in some[:50]:
        said = spoken(item.finding)
        due = item.due_on.isoformat() if item.due_on else say(N_("随时"))
        clause = say(source_of(said["clause"]))
        lines.append(say(N_("[%(due)s] %(what)s（%(clause)s）"), due=due, what=said["message"], clause=clause))
    lines += ["", say(N_("请登录工作台的“应办事项”办理。收信频率可在同一页面更改。"))]
    return "\n".join(lines)
