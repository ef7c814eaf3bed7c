"""What a rule set is made of: seasons, maintenance, kinds, numbers, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Season:
    """A half-year in which the system is open for some businesses, first and last day included (三(一))."""

    name: str
    opens: date
    closes: date
    businesses: tuple[str, ...]
    clause: str = ""
    rule: str = ""

    def covers(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.opens <= day <= self.closes


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Days on which website access and user confirmation are closed, first and last included (三(一))."""

    first: date
    last: date
    clause: str = ""
    rule: str = ""

    def covers(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the seven kinds of qualification (Regulations art. 4, 13; Law art. 11) and what is asked for it.

    `county_first`: a county department examines before the city concludes. `exempt_education`: the
    education that frees from the Putonghua level, "" for none.
    """

    code: str
    identifier: str
    name: str
    authority: str
    county_first: bool
    least_education: str
    least_putonghua: str
    exempt_education: str
    hmt: bool
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Every national number and switch, by name. Units are in the names."""

    entry_min_working_days: int
    confirm_min_working_days: int
    end_on_makeup_day: bool
    last_day_closing_hour: int
    plan_table_gates_plans: bool
    applications_per_season: int
    photo_formats: tuple[str, ...]
    photo_max_bytes: int
    photo_min_width: int
    photo_min_height: int
    photo_min_severity: str
    photo_ratio_width: int
    photo_ratio_height: int
    photo_ratio_tolerance: float
    photo_white_level: int
    photo_white_share: float
    photo_max_pixels: int
    photo_recent_months: int
    photo_looks: int
    check_valid_days: int
    check_overdue_days: int
    material_request_days: int
    abolished_copies: tuple[str, ...]
    hmt_documents: tuple[str, ...]
    education_levels: tuple[str, ...]
    putonghua_levels: tuple[str, ...]
    exam_valid_months: int
    exam_score_valid_months: int
    ability_certificate_valid_months: int
    medical_valid_months: int
    conclusion_amber_calendar_days: int
    conclusion_breach_working_days: int
    review_days: int
    court_months: int
    bar_years_revocation: int
    bar_years_cheating: int
    penalty_hearing_terms: tuple[str, ...]
    penalty_hearing_notice_days: int
    penalty_service_terms: tuple[str, ...]
    penalty_case_days: int
    penalty_recall_days: int
    penalty_report_due_working_days: int
    blank_order_threshold: int
    stock_margin_share: float
    stock_low_share: float
    stock_idle_days: int
    stock_counts_a_year: int
    spoilage_significance: float
    training_min_meetings: int
    training_contents: tuple[str, ...]
    consultation_reply_working_days: int
    registration_conclusion_working_days: int
    first_registration_days: int
    registration_cycle_years: int
    registration_notice_working_days: int
    registration_early_days: int
    registration_reminder_days: int
    registration_training_hours: int
    registration_absence_terms: int
    registration_fail_consecutive_years: int
    log_retention_months: int
    corps_certificate_digits: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: clause, rulebook id, and our reading where the text is silent."""

    clause: str
    rule: str
    reading: str = ""
    reading_en: str = ""
