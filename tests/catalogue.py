"""Compile the catalogues: the same texts give the same bytes, whenever they are compiled.

A catalogue without a header of its own would get one with the hour of the day; it gets a fixed one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "core" / "translations"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def compiled(source: Path) -> bytes:
    """The .mo of a .po."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    catalogue.creation_date = catalogue.revision_date = _EPOCH
    made = BytesIO()
    write_mo(made, catalogue, use_fuzzy=True)
    return made.getvalue()


def main() -> None:
    """Compile every catalogue beside its source."""
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        source.with_suffix(".mo").write_bytes(compiled(source))


if __name__ == "__main__":
    main()
