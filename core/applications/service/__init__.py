"""Verbs of recognition cases, one subject a file."""

from core.applications.service.concluding import conclude, gate, reopen, step_back
from core.applications.service.confirming import confirm, give_back, reject_on_site
from core.applications.service.drafting import (
    attach_photo,
    discard,
    kept_evidence,
    save,
    start,
    submit,
    to_draft,
    withdraw,
)
from core.applications.service.evidence import compare_case, mark_original_seen, upload_original
from core.applications.service.following import check_changed, lapse, tell
from core.applications.service.handling import (
    add_note,
    answer_material,
    ask_material,
    assign,
    close_material,
    hold,
    lift_hold,
    reveal,
)
from core.applications.service.reading import (
    Overview,
    case,
    case_of_person,
    cases,
    cases_of_person,
    counts_by_state,
    overview,
    photo,
    workload,
)
from core.applications.service.reviewing import look_at_photo, propose, start_review

__all__ = [
    "Overview",
    "add_note",
    "answer_material",
    "ask_material",
    "assign",
    "attach_photo",
    "case",
    "case_of_person",
    "cases",
    "cases_of_person",
    "check_changed",
    "close_material",
    "compare_case",
    "conclude",
    "confirm",
    "counts_by_state",
    "discard",
    "gate",
    "give_back",
    "hold",
    "kept_evidence",
    "lapse",
    "lift_hold",
    "look_at_photo",
    "mark_original_seen",
    "overview",
    "photo",
    "propose",
    "reject_on_site",
    "reopen",
    "reveal",
    "save",
    "start",
    "start_review",
    "step_back",
    "submit",
    "tell",
    "to_draft",
    "upload_original",
    "withdraw",
    "workload",
]
