"""What a new password must be. Pure."""

from __future__ import annotations

from core.foundation.findings import N_, Finding, clause

LEAST_PASSWORD = 10
MOST_PASSWORD = 128


def _guessable(password: str, known_bad: frozenset[str], own: tuple[str, ...]) -> bool:
    """Whether a password is known, is a known one with digits or signs around it, repeats, or is the person's own."""
    lowered = password.lower()
    core = lowered.strip("0123456789!@#$%^&*()_+-=.,;:'\"?/~` ")
    decorated = len(lowered) - len(core) <= 8 and (core in known_bad or core[: len(core) // 2] * 2 == core)
    personal = any(len(part) >= 2 and part.lower() in lowered for part in own)
    return lowered in known_bad or decorated or len(set(lowered)) < 5 or personal


@clause("三(二)", "R-SEC-03")
def judge_password(password: str, known_bad: frozenset[str] = frozenset(), own: tuple[str, ...] = ()) -> list[Finding]:
    """A password must be long enough, not well known and not made of the person's own data (R-SEC-03)."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        return [
            Finding(
                "password_length",
                N_("密码应为%(least)s至%(most)s个字符"),
                clause="三(二)",
                field="password",
                remedy=N_("可以用几个不相关的词连成一句"),
                params={"least": LEAST_PASSWORD, "most": MOST_PASSWORD},
            )
        ]
    if _guessable(password, known_bad, own):
        return [
            Finding(
                "password_guessable",
                N_("此密码容易被猜到"),
                clause="三(二)",
                field="password",
                remedy=N_("不要使用手机号、姓名、常见密码、连续或重复的字符"),
            )
        ]
    return []
