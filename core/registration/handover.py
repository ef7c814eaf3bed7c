"""What a post has in hand in registration: open cases and lines of surveys; they stay with school and institution."""

from __future__ import annotations

from sqlalchemy import func, select

from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_
from core.registration.models import Registration, SurveyedTeacher
from core.registration.rules import OPEN_LINES, REGISTRATION_MOVES

_LETTERS = {"registration.endorse": "S", "registration.review": "O", "registration.conclude": "H"}


def collect(post: Post) -> list[Matter]:
    """How many cases wait for what the post does, and how many lines of surveys are open."""
    letters = {letter for permission, letter in _LETTERS.items() if post.may(permission)}
    if not letters:
        return []
    states = [state for state, (letter, _step) in REGISTRATION_MOVES.steps.items() if letter in letters]
    own = post.institution_code
    here = Registration.institution_code == own if own else Registration.territory == post.territory
    cases = select(func.count()).where(
        Registration.province_code == post.province_code, here, Registration.state.in_(states)
    )
    found = [Matter("registrations", N_("未办结的定期注册"), session().scalar(cases) or 0, "")]
    if post.may("registration.review") or post.may("registration.conclude"):
        lines = select(func.count()).where(
            SurveyedTeacher.province_code == post.province_code,
            SurveyedTeacher.territory.startswith(post.territory, autoescape=True),
            SurveyedTeacher.state.in_(OPEN_LINES),
        )
        found.append(Matter("surveyed_teachers", N_("未办结的摸底记录"), session().scalar(lines) or 0, ""))
    return found


contribute("registration", collect, shared)
