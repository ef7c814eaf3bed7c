"""Pages of consultation: for those who ask, for those who answer, and for those who keep lines and articles."""

from core.consultation.views import asking, keeping, knowledge, officers
from core.consultation.views.blueprints import public, staff
from core.foundation.findings import N_
from core.foundation.web import Section

PUBLIC_SECTIONS = (Section(N_("咨询服务"), "consultation.index", order=35),)
STAFF_SECTIONS = (Section(N_("咨询服务"), "consultation.index", "consultation.view", order=85, menu=N_("业务办理")),)

__all__ = ["PUBLIC_SECTIONS", "STAFF_SECTIONS", "asking", "keeping", "knowledge", "officers", "public", "staff"]
