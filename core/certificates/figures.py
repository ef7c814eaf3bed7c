"""What of stock is counted as it moves: every balance and every spoilage, by holder."""

from __future__ import annotations

from core.certificates.models import StockMovement
from core.foundation.tallies import Joined, Tally, count

count(
    Tally("stock", StockMovement, Joined(("item", "kind", "account", "cause")), place="holder_code", amount="quantity")
)
