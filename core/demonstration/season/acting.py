"""Who acts: each verb is called within its actor's own territory, and what is refused is counted by its finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.foundation.access import NATION, Actor, within
from core.foundation.db import session
from core.foundation.errors import PlatformError, Refused


@dataclass
class Tally:
    """What happened, by name: acts done and refusals by their finding's code."""

    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def refused(self, fault: PlatformError) -> None:
        """Count what was refused, each finding by its code."""
        if isinstance(fault, Refused):
            self.refusals.update(sorted(finding.code for finding in fault.findings if finding.refuses))
        else:
            self.refusals[fault.code] += 1


@dataclass
class Cast:
    """The officers of the year by user name, and the tally of what everybody does."""

    tally: Tally = field(default_factory=Tally)
    _officers: dict[str, Actor] = field(default_factory=dict)

    def officer(self, username: str) -> Actor:
        """An officer as an actor; raises `KeyError` for a name nobody was filed under."""
        if username not in self._officers:
            with within(NATION):
                row = session().scalars(select(Account).where(Account.username == username)).one_or_none()
            if row is None:
                raise KeyError(username)
            self._officers[username] = accounts.actor_of(row)
        return self._officers[username]

    def replace(self, username: str, successor: str) -> None:
        """Whoever asks for `username` finds the successor from now on."""
        self._officers[username] = self.officer(successor)

    def act(self, actor: Actor, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do what must succeed, within the actor's scope."""
        with within(actor.scope):
            return verb(actor, *args, **more)

    def attempt(self, actor: Actor, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do what a rule may refuse; a refusal is counted and gives None."""
        try:
            return self.act(actor, verb, *args, **more)
        except PlatformError as fault:
            self.tally.refused(fault)
            return None
