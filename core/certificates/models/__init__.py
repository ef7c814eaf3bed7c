"""Tables of certificates, one subject a file."""

from core.certificates.models.batches import VerificationBatch
from core.certificates.models.issue import (
    Certificate,
    CertificateChange,
    CertificateNumber,
    CertificatePiece,
    NumberSeries,
)
from core.certificates.models.printing import Printer, PrintLine, PrintRun
from core.certificates.models.stock import (
    LINE,
    Destruction,
    Spoilage,
    StockBatch,
    StockCount,
    StockHolder,
    StockMovement,
    StockOrder,
    StockRequest,
    StockSegment,
    StockSeries,
)
from core.certificates.models.transparency import LogEntry, LogHead, LogLeaf, LogNode, LogPending

__all__ = [
    "LINE",
    "Certificate",
    "CertificateChange",
    "CertificateNumber",
    "CertificatePiece",
    "Destruction",
    "LogEntry",
    "LogHead",
    "LogLeaf",
    "LogNode",
    "LogPending",
    "NumberSeries",
    "PrintLine",
    "PrintRun",
    "Printer",
    "Spoilage",
    "StockBatch",
    "StockCount",
    "StockHolder",
    "StockMovement",
    "StockOrder",
    "StockRequest",
    "StockSegment",
    "StockSeries",
    "VerificationBatch",
]
