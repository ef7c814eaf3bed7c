"""Certificate numbers, states and stock, judged as plain values (rulebook § 2.4, § 4.2)."""

from core.certificates.rules.numbers import NumberParts, compose_number, judge_certificate_number, parse_number
from core.certificates.rules.states import CERTIFICATE_MOVES, PUBLIC_STATES, CertificateState, public_state
from core.certificates.rules.stock import judge_blank_available, judge_issue

__all__ = [
    "CERTIFICATE_MOVES",
    "PUBLIC_STATES",
    "CertificateState",
    "NumberParts",
    "compose_number",
    "judge_blank_available",
    "judge_certificate_number",
    "judge_issue",
    "parse_number",
    "public_state",
]
