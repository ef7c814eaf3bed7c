"""Tables of certificates, one subject a file."""

from core.certificates.models.issue import Certificate, CertificateNumber, NumberSeries
from core.certificates.models.stock import BlankLot, StockMovement

__all__ = ["BlankLot", "Certificate", "CertificateNumber", "NumberSeries", "StockMovement"]
