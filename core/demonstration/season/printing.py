"""Print days: an institution opens runs of what waits; most come well out, some are misprints or lack a blank."""

from __future__ import annotations

from typing import Any

from core.certificates import service as certificates
from core.certificates.rules.printing import LARGEST_RUN
from core.certificates.service import printing
from core.demonstration.season import handing
from core.demonstration.season.life import Life, Stage
from core.foundation import outbox
from core.foundation.access import Actor
from core.foundation.db import new_id

_Waiting = list[tuple[Life, Any]]  # each with its piece


def print_day(stage: Stage, lives: list[Life]) -> None:
    """One institution prints what waits; the clerk who has not been trained leaves it to the colleague."""
    waiting = [(life, piece) for life in lives if (piece := handing.waiting_piece(stage, life)) is not None]
    for start in range(0, len(waiting), LARGEST_RUN):
        some = waiting[start : start + LARGEST_RUN]
        for letter in "ba":
            if _run(stage, stage.cast.officer(some[0][0].officer(letter)), some):
                break  # else nobody is trained: the papers of this province wait


def _printer(stage: Stage, clerk: Actor) -> Any:
    """The institution's printer; a new one is measured, with a slip of the ruler at first."""
    known = stage.cast.act(clerk, lambda actor: printing.printers(actor.institution_code))
    if known:
        return known[0]
    row = stage.cast.act(clerk, printing.add_printer, new_id(), "办公室打印机", True, stage.now)
    for across in (3.0, 29.2):
        stage.cast.attempt(clerk, printing.calibrate, row.id, "front", across, 30.5, stage.now)
    return row


def _run(stage: Stage, clerk: Actor, waiting: _Waiting) -> bool:
    """Open, draw and settle one run; False where the clerk may not."""
    device, run_id = _printer(stage, clerk), new_id()
    pieces = [piece.id for _life, piece in waiting]
    if stage.cast.attempt(clerk, printing.open_run, run_id, device.id, pieces, stage.now) is None:
        return False
    outbox.drain()
    run = stage.cast.act(clerk, lambda _actor: printing.run(run_id))
    if run.state == "ready":
        _settle(stage, clerk, run, waiting)
    else:  # without the extra that draws it: by hand
        stage.cast.act(clerk, printing.cancel_run, run_id, stage.now)
        for life, piece in waiting:
            stage.cast.act(clerk, certificates.mark_printed, piece.id, stage.now)
            handing.printed(stage, life)
    return True


def _settle(stage: Stage, clerk: Actor, run: Any, waiting: _Waiting) -> None:
    stage.cast.act(clerk, printing.taken, run, stage.now)
    lines = {line.piece_id: line.id for line in stage.cast.act(clerk, lambda _actor: printing.lines(run.id))}
    bad = [(life, piece) for life, piece in waiting if life.course.paper == "misprint" and piece.number == 1]
    good = [(life, piece) for life, piece in waiting if (life, piece) not in bad]
    stage.cast.act(clerk, printing.printed, run.id, [lines[piece.id] for _life, piece in good], stage.now)
    for life, _piece in good:
        handing.printed(stage, life)
    spoiled = [_misprinted(stage, clerk, lines[piece.id]) for _life, piece in bad]
    if not all(spoiled):
        stage.cast.act(clerk, printing.cancel_run, run.id, stage.now)  # no blank is left: tried again later
    for life, _piece in bad:
        stage.prints(life)


def _misprinted(stage: Stage, clerk: Actor, line_id: Any) -> bool:
    """A spoiled blank is proved by the blank itself or its photo; whether another was there to take its place."""
    note = "套打偏移，压到边框"
    stage.cast.attempt(clerk, printing.misprinted, line_id, new_id(), note, b"", False, stage.now)
    done = stage.cast.attempt(clerk, printing.misprinted, line_id, new_id(), note, b"", True, stage.now)
    return done is not None
