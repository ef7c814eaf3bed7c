"""The year itself: day by day, what is due that day happens, then the night's work is done."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from core.accounts.service import passwords
from core.calendar.rules import WORKING_DAYS, Window
from core.checks import service as checks
from core.demonstration.people import PASSWORD
from core.demonstration.season import (
    applying,
    consulting,
    examining,
    house,
    penalising,
    places,
    posts,
    preparing,
    printing,
    registering,
    reminding,
    supplying,
)
from core.demonstration.season.acting import Cast
from core.demonstration.season.life import Life, Step
from core.demonstration.season.lots import Lots, Windows
from core.demonstration.season.outside import Outside
from core.demonstration.season.photos import Pool
from core.demonstration.season.places import Body
from core.foundation import chain, clock, outbox, tallies
from core.foundation.access import NATION, territory, within
from core.foundation.db import session
from core.oversight import service as oversight
from core.penalties.rules import Quarter
from core.rulesets.loader import RuleSet, national

BEGINS = date(2020, 1, 6)
ENDS = date(2020, 12, 31)
SPRING_WORKS, MEETING, MAKE_UP = date(2020, 2, 20), date(2020, 3, 5), date(2020, 4, 15)
LATE_TABLE, POSTS_CHANGE, AUTUMN_WORKS = date(2020, 4, 8), date(2020, 7, 6), date(2020, 8, 24)
SURVEYED, REGISTRATION_PLANNED = date(2020, 8, 31), date(2020, 9, 2)
FEWEST_TEACHERS, SCHOOLS_FROM, EXAMINERS_FROM = 15, 950_000, 960_000
SOME = 4  # every so many provinces have a mailbox, an exam side that asks, a school that sends workbooks
MAIL_COMES, MAIL_ANSWERED = date(2020, 2, 24), date(2020, 2, 27)
REMINDED, ENOUGH = date(2020, 11, 16), date(2020, 11, 30)
PRINTS = timedelta(days=14)
STOCK_TAKEN = (date(2020, 7, 27), date(2020, 12, 28))
# Of each quarter the day on which provinces report, and on which the slow one does.
QUARTERS = {
    1: (date(2020, 4, 9), date(2020, 5, 6)), 2: (date(2020, 7, 9), date(2020, 7, 27)),
    3: (date(2020, 10, 14), date(2020, 11, 2)),
}  # fmt: skip
SHOWN = 8  # working days from a public notice to its conclusions
EXTENDED = timedelta(days=7)
SOME_STOCK = 20
ALL = 10_000_000

Progress = Callable[[date, int, int], None]
Chore = Callable[[], None]


class Year:
    """A year being played; `play` does it all and gives the tally."""

    def __init__(self, applicants: int, provinces: int, seed: int, outside: Outside) -> None:
        self.rules: RuleSet = national(2020)
        self.applicants, self.seed = applicants, seed
        self.outside = outside
        self.codes = places.codes(provinces, outside.codes)
        self.counties = places.counties(applicants, len(self.codes))
        self.bodies = {code: places.bodies(code, self.counties) for code in self.codes}
        self.windows = preparing.windows_of(self.codes)
        self.lots = Lots(seed, self.rules, self.bodies, self.windows)
        self.cast, self.photos = Cast(), Pool(applicants)
        self.password_hash = passwords.hashed(PASSWORD)
        self.plans: dict[tuple[str, str], UUID] = {}
        self._meetings: dict[str, UUID] = {}
        self._make_ups: dict[str, UUID] = {}
        self._surveys: dict[str, UUID] = {}
        self._agenda: dict[date, list[tuple[Step, Life]]] = defaultdict(list)
        self._beginners: dict[date, array[int]] = defaultdict(lambda: array("L"))  # serials, so that millions fit
        self._chores: dict[date, list[Chore]] = defaultdict(list)
        self._sending: set[str] = set()
        self._printing: dict[str, list[Life]] = defaultdict(list)
        self._contacts: dict[str, UUID] = {}
        self._done = 0

    @property
    def now(self) -> datetime:
        """The moment, by the platform's clock."""
        return clock.now()

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return clock.today()

    def at(self, day: date, step: Step, life: Life) -> None:
        """Let a step happen on a day; what would come after the year does not happen in it."""
        self._agenda[day].append((step, life))

    def sends(self, province: str) -> None:
        """The province has checks to send today."""
        self._sending.add(province)

    def prints(self, life: Life) -> None:
        """A paper waits for its institution's next print day."""
        self._printing[life.course.body.code].append(life)

    def play(self, progress: Progress) -> Cast:
        """Play the whole year; `progress` is told the day, the applicants begun and their number."""
        _set(BEGINS)
        house.build(self.cast, self.rules, self.bodies, self.counties, self.now)
        house.stock_registers(self.cast, map(self.lots.draw, self._serials()), self.now)
        house.record_bars(self.cast, map(self.lots.draw, self._serials()), self.now)
        for serial in self._serials():
            self._beginners[self.lots.draw(serial).applies].append(serial)
        self._plan_chores()
        day = BEGINS
        while day <= ENDS:
            if day.weekday() == 0 or any(day in due for due in (self._agenda, self._beginners, self._chores)):
                self._day(day)
            progress(day, self._done, self.applicants)
            day += timedelta(days=1)
        while chain.seal():
            pass
        tallies.fold_all()
        return self.cast

    def _serials(self) -> Iterator[int]:
        return iter(range(1, self.applicants + 1))

    def _day(self, day: date) -> None:
        _set(day)
        oversight.daily(self.now)
        outbox.drain(limit=ALL)
        for chore in self._chores.pop(day, ()):
            chore()
        for serial in self._beginners.pop(day, ()):
            self._done += 1
            applying.apply(self, Life(self.lots.draw(serial)))
        for step, life in self._agenda.pop(day, []):
            step(self, life)
        outbox.drain(limit=ALL)
        for step, life in self._agenda.pop(day, []):  # what today's steps brought about for today
            step(self, life)
        self._night()

    def _night(self) -> None:
        outbox.drain(limit=ALL)
        for province in sorted(self._sending):
            with within(territory(province)):
                checks.send_batches(province, 0, self.now)
            self.outside.night(province, self.now)
        self._sending.clear()
        outbox.drain(limit=ALL)
        if self.today.weekday() == 0:
            tallies.fold_all()
        session().expunge_all()

    def _plan_chores(self) -> None:
        chores = self._chores
        chores[SPRING_WORKS].append(self._prepare_spring)
        chores[MEETING].append(self._meet)
        chores[MAKE_UP].append(self._make_up)
        chores[LATE_TABLE].append(self._late_table)
        chores[POSTS_CHANGE].append(self._change_posts)
        chores[AUTUMN_WORKS].append(self._prepare_autumn)
        for number, (day, late) in QUARTERS.items():
            quarter = Quarter(self.rules.year, number)
            chores[day].append(lambda quarter=quarter: self._report(quarter, late=False))  # type: ignore[misc]
            chores[late].append(lambda quarter=quarter: self._report(quarter, late=True))  # type: ignore[misc]
        chores[SURVEYED].append(self._survey)
        chores[REGISTRATION_PLANNED].append(self._plan_registration)
        for day in STOCK_TAKEN:
            chores[day].append(self._take_stock)
        self._plan_letters()
        day = BEGINS
        while day <= ENDS:
            chores[day].append(self._print)
            day += PRINTS
        for (code, season), windows in self.windows.items():
            for when in (windows.entry.last, windows.confirm.last):
                for later in (1, 8):
                    day = WORKING_DAYS.after(when, later)
                    chores[day].append(lambda code=code, season=season: self._supply(code, season))  # type: ignore[misc]
            if code == preparing.mishap(self.codes, "extension"):
                chores[windows.confirm.last].append(lambda code=code, season=season: self._extend(code, season))  # type: ignore[misc]

    def _plan_letters(self) -> None:
        chores = self._chores
        cities = [self.bodies[code][1] for code in self.codes[::SOME]]
        chores[SPRING_WORKS].append(lambda: consulting.open_mailboxes(self.cast, cities, self.now))
        chores[MAIL_COMES].append(lambda: consulting.letters_came(self.cast, cities, self.now))
        chores[MAIL_ANSWERED].append(lambda: consulting.answer_letters(self.cast, cities, self.now))
        chores[SPRING_WORKS].append(self._meet_exam_side)
        chores[AUTUMN_WORKS].append(self._ask_exam_side)
        chores[REMINDED].append(lambda: reminding.subscribe(self.cast, self.codes, self.now))
        chores[ENOUGH].append(lambda: reminding.enough(self.cast, self.codes, self.now))

    def _meet_exam_side(self) -> None:
        for number, code in enumerate(self.codes[::SOME]):
            self._contacts[code] = examining.begin(self.cast, code, EXAMINERS_FROM + number, self.now)
            examining.meet(self.cast, code, self.now)

    def _ask_exam_side(self) -> None:
        for number, (code, contact_id) in enumerate(self._contacts.items()):
            examining.screen(self.cast, code, number, self.now)
            examining.change_contact(self.cast, code, contact_id, self.now)

    def _print(self) -> None:
        due, self._printing = self._printing, defaultdict(list)
        for _code, lives in sorted(due.items()):
            printing.print_day(self, lives)

    def _prepare_spring(self) -> None:
        each = max(self.applicants // len(self.codes) // 5, SOME_STOCK)
        printed = self.applicants // len(self.codes) * 2 + 10 * SOME_STOCK
        supplying.first(self.cast, self.codes, each, printed, "2020-first_half", self.rules, self.now)
        returned = preparing.mishap(self.codes, "returned_notice")
        for code in self.codes:
            preparing.notice(self.cast, code, "first_half", "applicants", code == returned, self.now)
            if code != preparing.mishap(self.codes, "late_table"):
                preparing.table(self.cast, code, self.windows, self.now)
            self._meetings[code] = preparing.invite(self.cast, code, self.now)
            self._set_plans(code, "first_half")
            for body in self.bodies[code]:
                consulting.state_line(self.cast, body, self.now)
        preparing.hand_out(self.cast, self._meetings[self.codes[0]], self.codes[0], self.now)
        self._article = consulting.own_article(self.cast, self.codes[0], self.now)

    def _set_plans(self, code: str, season: str) -> None:
        short = preparing.mishap(self.codes, "short_plan")
        for body in self.bodies[code]:
            self.plans[body.code, season] = preparing.plan(
                self.cast, body, "recognition", self.windows[code, season], code == short, self.now
            )

    def _meet(self) -> None:
        for number, code in enumerate(self.codes):
            if code == preparing.mishap(self.codes, "no_meeting"):
                preparing.call_off(self.cast, self._meetings[code], code, self.now)
                continue
            skipped = self.bodies[code][-1].code if number % 5 == 0 else ""
            again = preparing.hold(self.cast, self._meetings[code], code, skipped, self.now)
            if again is not None:
                self._make_ups[code] = again

    def _make_up(self) -> None:
        for code, meeting_id in self._make_ups.items():
            preparing.make_up(self.cast, meeting_id, code, self.now)

    def _late_table(self) -> None:
        code = preparing.mishap(self.codes, "late_table")
        if code:
            preparing.table(self.cast, code, self.windows, self.now)

    def _change_posts(self) -> None:
        for number, code in enumerate(self.codes[::4]):
            posts.change(self.cast, self.bodies[code][2], 900_000 + number, self.now)

    def _prepare_autumn(self) -> None:
        consulting.withdraw_article(self.cast, self.codes[0], self._article, self.now)
        for code in self.codes:
            preparing.notice(self.cast, code, "second_half", "both", False, self.now)
            serial = SCHOOLS_FROM + self.codes.index(code)
            self._surveys[code] = registering.list_area(self.cast, self._pilot(code), serial, self.now)
            self._set_plans(code, "second_half")

    def _survey(self) -> None:
        for place, code in enumerate(self.codes):
            survey_id, people = self._surveys[code], self._teachers(place)
            registering.survey(self.cast, self._pilot(code), survey_id, people, place % SOME == 0, self.now)

    def _pilot(self, code: str) -> Body:
        """The first county of a province is its pilot area."""
        return self.bodies[code][2]

    def _teachers(self, place: int) -> list[registering.Teacher]:
        return registering.teachers(place, max(self.applicants // len(self.codes) // 5, FEWEST_TEACHERS))

    def _plan_registration(self) -> None:
        for place, code in enumerate(self.codes):
            windows, body = self.windows[code, "second_half"], self._pilot(code)
            plan_id = preparing.plan(self.cast, body, "registration", windows, False, self.now)
            handed_in = WORKING_DAYS.after(windows.entry.first, 1)
            examined = WORKING_DAYS.after(windows.confirm.first, 2)
            self._chores[handed_in].append(
                lambda body=body, plan_id=plan_id, place=place: registering.hand_in(  # type: ignore[misc]
                    self.cast, body, plan_id, self._teachers(place), place % SOME == 0, self.now
                )
            )
            self._chores[examined].append(
                lambda body=body, plan_id=plan_id, place=place: self._examine(body, plan_id, place)  # type: ignore[misc]
            )

    def _examine(self, body: Body, plan_id: UUID, place: int) -> None:
        notice_id = registering.examine(self.cast, body, plan_id, self.now)
        if notice_id is None:
            return
        self._conclude(body, plan_id, notice_id)
        if place % SOME == 0:
            self._chores[WORKING_DAYS.after(self.today, 2)].append(lambda: self._object(body, plan_id, notice_id))

    def _conclude(self, body: Body, plan_id: UUID, notice_id: UUID) -> None:
        day = WORKING_DAYS.after(self.today, SHOWN)
        self._chores[day].append(lambda: registering.conclude(self.cast, body, plan_id, notice_id, self.now))

    def _object(self, body: Body, plan_id: UUID, notice_id: UUID) -> None:
        registering.object_to(self.cast, body, notice_id, self.now)
        again = registering.publicise(self.cast, body, plan_id, self.now)
        if again is not None:
            self._conclude(body, plan_id, again)

    def _supply(self, code: str, season: str) -> None:
        key = f"2020-{season}"
        supplying.by_need(self.cast, code, self.bodies[code], "blank", key, self.rules, self.now)

    def _extend(self, code: str, season: str) -> None:
        """The province gives a week more: its new table first, as the first institution is told."""
        old = self.windows[code, season]
        new = Windows(old.entry, Window(old.confirm.first, old.confirm.last + EXTENDED))
        drafts = [
            (body, preparing.extend(self.cast, body, self.plans[body.code, season], new, self.now))
            for body in self.bodies[code]
        ]
        preparing.put_forward(self.cast, *drafts[0], self.now)
        self.windows[code, season] = new
        preparing.table(self.cast, code, self.windows, self.now)
        for body, plan_id in drafts:
            preparing.put_forward(self.cast, body, plan_id, self.now)

    def _report(self, quarter: Quarter, *, late: bool) -> None:
        slow, returned = (preparing.mishap(self.codes, kind) for kind in ("late_report", "returned_report"))
        for code in self.codes:
            if (code == slow) == late:
                penalising.report(self.cast, code, quarter, code == returned and quarter.number == 1, self.now)

    def _take_stock(self) -> None:
        season = "2020-first_half" if self.today < AUTUMN_WORKS else "2020-second_half"
        big, declined = (preparing.mishap(self.codes, kind) for kind in ("big_order", "declined_order"))
        for number, code in enumerate(self.codes):
            supplying.take_stock(self.cast, code, number % 7 == 0, self.now)
            if number % 3 == 0:
                supplying.spoil(self.cast, code, season, self.now)
            if number % 4 == 1:
                supplying.dispute(self.cast, code, season, self.rules, self.now)
            supplying.order(self.cast, code, big, declined, season, self.rules, self.now)


def _set(day: date) -> None:
    clock.set_to(datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.BEIJING))


def within_nation(year: Year, progress: Progress) -> Cast:
    """Play a year over the whole nation."""
    with within(NATION):
        return year.play(progress)
