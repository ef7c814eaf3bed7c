"""Verbs of evidence, one subject a file."""

from core.evidence.service.liaison import (
    CONFERENCE,
    CONTACT,
    conference,
    conferences,
    contact,
    contacts,
    end_contact,
    save_conference,
    save_contact,
)
from core.evidence.service.registers import (
    compare_with_register,
    confirm_import,
    discard_import,
    imports,
    newest_import,
    one_import,
    run_import,
    start_import,
)
from core.evidence.service.screening import (
    Answer,
    ask,
    run_screening,
    screening,
    screenings,
    start_screening,
)
from core.evidence.service.screening import result as screening_result

__all__ = [
    "CONFERENCE",
    "CONTACT",
    "Answer",
    "ask",
    "compare_with_register",
    "conference",
    "conferences",
    "confirm_import",
    "contact",
    "contacts",
    "discard_import",
    "end_contact",
    "imports",
    "newest_import",
    "one_import",
    "run_import",
    "run_screening",
    "save_conference",
    "save_contact",
    "screening",
    "screening_result",
    "screenings",
    "start_import",
    "start_screening",
]
