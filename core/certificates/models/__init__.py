"""Tables of certificates, one subject a file."""

from core.certificates.models.batches import VerificationBatch
from core.certificates.models.issue import Certificate, CertificateNumber, NumberSeries
from core.certificates.models.stock import BlankLot, StockMovement
from core.certificates.models.transparency import LogEntry, LogHead, LogLeaf, LogNode, LogPending

__all__ = [
    "BlankLot",
    "Certificate",
    "CertificateNumber",
    "LogEntry",
    "LogHead",
    "LogLeaf",
    "LogNode",
    "LogPending",
    "NumberSeries",
    "StockMovement",
    "VerificationBatch",
]
