"""Pages of oversight: home and operations, dashboards, the obligations board, an officer's calendar and letters."""

from core.foundation.findings import N_
from core.foundation.web import Section
from core.oversight.views import dashboards, home, owing, subscribing
from core.oversight.views.blueprints import public, staff

STAFF_SECTIONS = (
    Section(N_("总览"), "oversight.home", "oversight.view", order=1),
    Section(N_("数据看板"), "oversight.dashboard", "oversight.view", order=2),
    Section(N_("应办事项"), "oversight.obligations", "oversight.view", order=3),
    Section(N_("运行"), "oversight.operations", "operations.view", order=90, menu=N_("系统工具")),
)

__all__ = ["STAFF_SECTIONS", "dashboards", "home", "owing", "public", "staff", "subscribing"]
