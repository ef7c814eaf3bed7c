"""What the nation asks of windows: 二(一) and 三(一), by the readings of the rulebook § 1.2."""

from __future__ import annotations

from datetime import timedelta

from core.calendar.rules import BUSINESS_NAMES
from core.foundation.findings import N_, Finding, Severity, Verdict, clause, verdict
from core.plans.rules.values import Business, Ground, PlanDraft
from core.rulesets.loader import RuleSet, Season


@clause("二(一)")
def judge_order(draft: PlanDraft) -> list[Finding]:
    """A window must not end before it starts."""
    faults = (
        ("entry_ends_before_start", draft.entry, "entry_end", N_("网报结束日%(last)s早于开始日%(first)s")),
        (
            "confirm_ends_before_start",
            draft.confirm,
            "confirm_end",
            N_("现场确认结束日%(last)s早于开始日%(first)s"),
        ),
    )
    return [
        Finding(
            code,
            message,
            clause="二(一)",
            field=field,
            remedy=N_("请核对，结束日不得早于%(first)s"),
            params={"first": window.first.isoformat(), "last": window.last.isoformat()},
        )
        for code, window, field, message in faults
        if window.backwards
    ]


@clause("三(一)", "R-CAL-09")
def judge_years(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """Every year touched needs a published yearbook and promulgated holidays; nothing is guessed."""
    unknown = [year for year in draft.years if not ground.covers(year)]
    dated = {day.year: (name, day) for name, day in reversed(draft.fields().items())}
    # A year only passed through is named by the end of the window; one such year says enough.
    passed = [year for year in unknown if year not in dated][:1]
    known = [year for year in sorted(ground.yearbooks) if ground.covers(year)]
    found = []
    for year in [year for year in unknown if year in dated] + passed:
        name, day = dated.get(year, ("entry_end", draft.entry.last))
        season = ground.nearest_season(draft)
        found.append(
            Finding(
                "year_without_yearbook",
                N_("%(year)s年尚未发布年度规则，不能安排%(day)s"),
                clause="三(一)",
                field=name,
                remedy=N_("已发布年度规则的有%(known)s年，可以安排在%(opens)s至%(closes)s")
                if season
                else N_("请等待国家中心发布年度规则"),
                params={
                    "year": year,
                    "day": day.isoformat(),
                    "known": list(known),
                    "opens": season.opens.isoformat() if season else "",
                    "closes": season.closes.isoformat() if season else "",
                },
            )
        )
    return found


@clause("二(一)", "R-PLAN-07", "R-PLAN-10")
def judge_entry_length(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """网报 lasts at least the national minimum of working days; maintenance does not count (R-PLAN-07)."""
    least, actual = ground.rules_of(draft).v.entry_min_working_days, ground.count_entry(draft)
    if actual >= least:
        return []
    return [
        Finding(
            "entry_window_too_short",
            N_("网报时间不得少于%(least)s个工作日，现为%(actual)s个"),
            clause="二(一)",
            field="entry_end",
            params={"least": least, "actual": actual},
        )
    ]


@clause("二(一)", "R-PLAN-08", "R-PLAN-10")
def judge_confirm_length(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """现场确认 lasts at least the national minimum of working days (R-PLAN-08)."""
    least, actual = ground.rules_of(draft).v.confirm_min_working_days, ground.count(draft.confirm)
    if actual >= least:
        return []
    return [
        Finding(
            "confirm_window_too_short",
            N_("现场确认时间不得少于%(least)s个工作日，现为%(actual)s个"),
            clause="二(一)",
            field="confirm_end",
            params={"least": least, "actual": actual},
        )
    ]


@clause("二(一)", "R-PLAN-09")
def judge_entry_end(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """网报 does not end at a weekend, made up or not, nor on a statutory holiday (R-PLAN-09)."""
    last = draft.entry.last
    if ground.may_end_entry(last):
        return []
    makeup = ground.days.is_makeup(last)
    return [
        Finding(
            "entry_ends_on_rest_day",
            N_("网报结束日%(last)s虽调休上班，仍是周末") if makeup else N_("网报结束日%(last)s是周末或法定节假日"),
            clause="二(一)",
            field="entry_end",
            params={"last": last.isoformat()},
        )
    ]


def fitting_season(draft: PlanDraft, rules: RuleSet) -> Season | None:
    """The season that holds most of a plan's four days, the earlier window first; None where none is near."""
    days = list(draft.fields().values())
    inside = [(sum(season.covers(day) for day in days), season) for season in rules.seasons]
    best = max(inside, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] else None


@clause("三(一)", "R-CAL-01", "R-CAL-02")
def judge_season(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """Both windows lie wholly inside one season's open period (三(一)); each day outside is named."""
    season = fitting_season(draft, ground.rules_of(draft)) or ground.nearest_season(draft)
    return [
        Finding(
            "outside_season",
            N_("%(day)s不在开放时段%(opens)s至%(closes)s之内，网报和现场确认应全部在同一开放时段内")
            if season
            else N_("%(day)s不在开放时段之内"),
            clause="三(一)",
            field=name,
            params={
                "day": day.isoformat(),
                "opens": season.opens.isoformat() if season else "",
                "closes": season.closes.isoformat() if season else "",
            },
        )
        for name, day in draft.fields().items()
        if season is None or not season.covers(day)
    ]


@clause("二(一)", "三(一)", "R-PLAN-01")
def judge_business(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """The half in which the online window starts must be open to the plan's business (R-PLAN-01)."""
    season = ground.season_of(draft)
    if season is None or draft.business in season.businesses:
        return []
    return [
        Finding(
            "business_not_open",
            N_("%(opens)s至%(closes)s的开放时段不办理%(business)s"),
            clause="二(一)",
            field="business",
            params={
                "business": BUSINESS_NAMES.get(draft.business, draft.business),
                "opens": season.opens.isoformat(),
                "closes": season.closes.isoformat(),
            },
        )
    ]


@clause("三(一)", "R-CAL-03", "R-CAL-04")
def judge_edges(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """A window may span maintenance, but not begin or end in it (三(一))."""
    covered = {name: (day, ground.maintenance_on(day)) for name, day in draft.fields().items()}
    return [
        Finding(
            "edge_in_maintenance",
            N_("%(day)s在系统维护期间（%(first)s至%(last)s）"),
            clause="三(一)",
            field=name,
            params={
                "day": day.isoformat(),
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
            },
        )
        for name, (day, period) in covered.items()
        if period is not None
    ]


@clause("二(一)")
def judge_sequence(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """Confirmation neither starts before the online window nor ends before it does (our reading)."""
    found = []
    if draft.confirm.first < draft.entry.first:
        found.append(
            Finding(
                "confirm_before_entry",
                N_("现场确认早于网报开始，届时没有可以确认的人"),
                clause="二(一)",
                field="confirm_start",
            )
        )
    if draft.confirm.last < draft.entry.last:
        found.append(
            Finding(
                "confirm_ends_before_entry",
                N_("现场确认早于网报结束，最后网报的人无法确认"),
                clause="二(一)",
                field="confirm_end",
            )
        )
    return found


@clause("R-TIME-01", "R-TIME-03")
def judge_conclusion_day(draft: PlanDraft, ground: Ground) -> list[Finding]:
    """Recognition may be concluded after the season, for R-TIME-01 governs; say so when it may be."""
    rules = ground.rules_of(draft)
    season = fitting_season(draft, rules)
    due = draft.confirm.last + timedelta(days=rules.v.conclusion_amber_calendar_days)
    if draft.business != Business.RECOGNITION or season is None or due <= season.closes:
        return []
    if not season.covers(draft.confirm.last):
        return []
    return [
        Finding(
            "conclusion_after_season",
            N_("认定结论的法定期限%(due)s晚于本时段结束日%(closes)s"),
            clause="R-TIME-01",
            severity=Severity.WARNING,
            field="confirm_end",
            remedy=N_("可以办理，但请安排好结论和制证"),
            params={"due": due.isoformat(), "closes": season.closes.isoformat()},
        )
    ]


_RULES = (
    judge_entry_length,
    judge_confirm_length,
    judge_entry_end,
    judge_season,
    judge_business,
    judge_edges,
    judge_sequence,
    judge_conclusion_day,
)


def verdicts(draft: PlanDraft, ground: Ground) -> Verdict:
    """Every window rule on a draft, without what would do.

    A backwards window, or a year without a published yearbook, is all that is then said.
    """
    ordered = ("judge_order", judge_order(draft))
    if ordered[1]:
        return verdict(ordered)
    known = ("judge_years", judge_years(draft, ground))
    if known[1]:
        return verdict(ordered, known)
    return verdict(ordered, known, *((rule.__name__, rule(draft, ground)) for rule in _RULES))
