"""Shapes of register imports."""

from __future__ import annotations

from core.evidence.rules import EvidenceKind
from core.foundation.shapes import Choice, Id, Shape, Tick


class ImportShape(Shape):
    """A register's file: which register, and whether it replaces what was there."""

    id = Id()
    kind = Choice(EvidenceKind)
    replaces_all = Tick()
