"""Verbs of certificates, one subject a file."""

from core.certificates.service.batches import dispose as dispose_batches
from core.certificates.service.codes import code_of
from core.certificates.service.issue import certificate, certificates, issue, of_person, void
from core.certificates.service.stock import balances, movements, province_holder, receive_blanks
from core.certificates.service.transparency import publish_daily as publish_log_head
from core.certificates.service.values import Holder, Recognition
from core.certificates.service.verification import Verified, name_index, verify

__all__ = [
    "Holder",
    "Recognition",
    "Verified",
    "balances",
    "certificate",
    "certificates",
    "code_of",
    "dispose_batches",
    "issue",
    "movements",
    "name_index",
    "of_person",
    "province_holder",
    "publish_log_head",
    "receive_blanks",
    "verify",
    "void",
]
