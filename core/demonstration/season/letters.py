"""Letters of the year are counted, not sent and not written."""

from __future__ import annotations

from core.foundation.mail import Letter


class Counted:
    """An outlet that counts."""

    def __init__(self) -> None:
        self.count = 0

    def send(self, letter: Letter) -> None:
        """Count one letter."""
        self.count += 1
