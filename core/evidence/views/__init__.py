"""Pages of evidence: register imports, and what is done together with the exam side."""

from core.evidence.views import exam, registers
from core.evidence.views.blueprint import staff
from core.foundation.findings import N_
from core.foundation.web import Section

STAFF_SECTIONS = (
    Section(N_("比对登记库"), "evidence.index", "evidence.view", order=60, menu=N_("业务办理")),
    Section(N_("考生受限情况查询"), "evidence.screenings", "exam.screen", order=61, menu=N_("业务办理")),
    Section(N_("考试机构协作"), "evidence.contacts", "exam.liaise", order=86, menu=N_("机构人员")),
)

__all__ = ["STAFF_SECTIONS", "exam", "registers", "staff"]
