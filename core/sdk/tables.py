"""A province's own tables and the verbs that read and change them.

A table is a class on `Base`, named `pCC_…`. With `Territorial` first its rows belong to a place: queries show
an officer those of their territory alone. It never points at a table of the core: keep the core's ids as plain
columns, so that the plugin can be taken out and come back.

>>> class Visit(Territorial, Versioned, Base):
...     __tablename__ = "p44_visit"
...     held_on: Mapped[date]
"""

from core.foundation.db import (
    Base,
    Keyed,
    Sealed,
    Territorial,
    Versioned,
    found,
    locked,
    new_id,
    one_transaction,
    session,
)
from core.foundation.paging import Page, Paging, paged

__all__ = [
    "Base",
    "Keyed",
    "Page",
    "Paging",
    "Sealed",
    "Territorial",
    "Versioned",
    "found",
    "locked",
    "new_id",
    "one_transaction",
    "paged",
    "session",
]
