"""A province's own pages: who may use them, forms that keep what was typed, lists in pages.

Templates extend `staff/base.html` or `public/base.html` and use the macros of `shared/components.html` and
`shared/forms.html`; they lie in `templates/province_CC/`.
"""

from core.filing.exports import received, workbook
from core.foundation.access import agency, anyone, applicant, officer
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.i18n import say, spoken
from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other

__all__ = [
    "Choice",
    "Conflict",
    "Day",
    "Form",
    "Id",
    "NotFound",
    "Refused",
    "Section",
    "Shape",
    "Text",
    "Tick",
    "Whole",
    "actor",
    "agency",
    "anyone",
    "applicant",
    "listing",
    "notify",
    "officer",
    "paging",
    "received",
    "say",
    "see_other",
    "spoken",
    "workbook",
]
