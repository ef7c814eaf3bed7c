"""How many cases still need a blank or a sticker: told by the areas that have the cases.

Recognition and registration lie above this area, so they register here what counts their cases (报名数据).
"""

from __future__ import annotations

from collections.abc import Callable

from core.certificates.rules import Item

Counter = Callable[[str, str], dict[str, int]]

_COUNTERS: dict[str, Counter] = {}


def counts_need(item: Item) -> Callable[[Counter], Counter]:
    """Register what counts the cases of an item: (province code or "" for the nation, season
    key) → institution code → cases.

    A case counts from its submission until it is supplied, unless refused or withdrawn (R-STOCK-02).
    """

    def register(counter: Counter) -> Counter:
        _COUNTERS[item] = counter
        return counter

    return register


def need_by_institution(item: str, province_code: str, season_key: str) -> dict[str, int]:
    """Cases not yet supplied, by institution; none while no area counts this item."""
    counter = _COUNTERS.get(item)
    return counter(province_code, season_key) if counter else {}
