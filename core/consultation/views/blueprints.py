"""The two blueprints, and the words that every page of the area may use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.consultation.rules import ARTICLE_MOVES, CALL_SOURCES, CHANNEL_NAMES, ENQUIRY_MOVES, FAULT_NAMES, is_overdue
from core.foundation import clock
from core.foundation.findings import N_
from core.foundation.i18n import language_tag
from core.hooks.discovery import province_name

public = Blueprint("consultation", __name__)
staff = Blueprint("consultation", __name__)

VERB_NAMES = {
    "consultation.ask": N_("提问"), "consultation.go_on": N_("补充提问"), "consultation.take": N_("收到邮件"),
    "consultation.answer": N_("答复"), "consultation.escalate": N_("转国家中心"), "consultation.note": N_("写备注"),
    "consultation.close": N_("办结"), "consultation.article": N_("起草或修改"),
    **{f"consultation.article_{state}": name for state, name in ARTICLE_MOVES.labels.items()},
}  # fmt: skip
DIRECTIONS = {"in": N_("提问"), "out": N_("答复"), "note": N_("内部备注")}
WHY_NAMES = {"asked": N_("认定机构转来"), "overdue": N_("逾期未答，自动转来")}


def in_language(row: Any, name: str) -> str:
    """An article's text in the present language, in Chinese where it has no English."""
    english: str = getattr(row, f"{name}_en") if language_tag() == "en" else ""
    return english or str(getattr(row, name))


def words() -> dict[str, Any]:
    """What templates of the area use."""
    return {
        "labels": ENQUIRY_MOVES.labels,
        "steps": ENQUIRY_MOVES,
        "article_labels": ARTICLE_MOVES.labels,
        "channel_names": CHANNEL_NAMES,
        "source_names": CALL_SOURCES,
        "fault_names": FAULT_NAMES,
        "directions": DIRECTIONS,
        "why_names": WHY_NAMES,
        "verb_names": VERB_NAMES,
        "province_name": province_name,
        "late": lambda row: is_overdue(row.state, row.due_on, clock.today()),
        "in_language": in_language,
    }
