"""What of stock is counted as it moves: every balance and every spoilage, by holder."""

from __future__ import annotations

from core.certificates.models import CertificatePiece, StockMovement
from core.certificates.rules import PIECE_MOVES
from core.foundation.findings import N_
from core.foundation.tallies import Joined, Tally, Value, count

count(
    Tally("stock", StockMovement, Joined(("item", "kind", "account", "cause")), place="holder_code", amount="quantity")
)
count(
    Tally(
        "piece", CertificatePiece, Value("state"), place="institution_code", title=N_("证书实物按状态"),
        labels=PIECE_MOVES.labels,
    )
)  # fmt: skip
