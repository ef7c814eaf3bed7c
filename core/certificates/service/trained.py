"""Nobody prints certificates or applies stickers without a recorded training (R-TRAIN-04)."""

from __future__ import annotations

from datetime import datetime

from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.training import service as training


def require_trained(actor: Actor, now: datetime) -> None:
    """Who prints certificates or applies stickers has been trained (R-TRAIN-04); raises `Refused`."""
    if actor.id is None or not training.trained(actor.id, clock.beijing(now).date()):
        raise Refused(
            [
                Finding(
                    "printer_not_trained",
                    N_("没有培训记录的人员不能打印证书或粘贴注册贴"),
                    clause="二(三)",
                    remedy=N_("请先参加培训并由省级登记"),
                )
            ]
        )
