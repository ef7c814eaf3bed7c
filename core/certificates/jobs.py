"""What messages of certificates do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import current_app

from core.certificates.service import batches, drawing, transparency
from core.foundation.outbox import Message, job


@job("certificates.sequence")
def sequence(message: Message, now: datetime) -> None:
    """Give events their places in the transparency log."""
    transparency.sequence(now)


@job("certificates.batch", timeout=300)
def batch(message: Message, now: datetime) -> None:
    """Answer an employer's list."""
    batches.answer(UUID(message.payload["batch_id"]), now)


@job("certificates.draw", foreign=True, timeout=300)
def draw(message: Message, now: datetime) -> None:
    """Check and draw a print run."""
    drawing.draw(UUID(message.payload["run_id"]), current_app.config["SETTINGS"].public_url)


@job("certificates.drop_print")
def drop_print(message: Message, now: datetime) -> None:
    """Drop the file of a run that is over."""
    drawing.drop_print(UUID(message.payload["run_id"]))
