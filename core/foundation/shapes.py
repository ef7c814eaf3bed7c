"""Shapes of input: marshmallow fields with our words and bounds. Unknown fields are refused everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields

BLANK = _l("请填写此项")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Shape(Schema):
    """Base of every input and output shape."""

    class Meta:
        """Unknown fields are an error, in forms and in the API."""

        unknown = RAISE
        datetimeformat = "iso"

    error_messages = {"unknown": _l("不认识的字段"), "type": _l("格式不正确")}


class Text(fields.String):
    """Text of `least` to `most` characters: blanks around it are dropped, hidden characters refused.

    `narrow` is for numbers and addresses: full-width letters and digits are taken as the narrow ones meant.
    """

    def __init__(
        self, most: int = 200, least: int = 1, *, lines: bool = False, narrow: bool = False, **options: Any
    ) -> None:
        super().__init__(**_worded(options))
        self.least, self.most, self.lines = least, most, lines
        self.form: Literal["NFC", "NFKC"] = "NFKC" if narrow else "NFC"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = unicodedata.normalize(self.form, text).replace("\r\n", "\n").strip()
        if _CONTROL.search(text) or (not self.lines and "\n" in text):
            raise ValidationError(str(_l("含有不可见的控制字符，请重新键入")))
        if not text and not self.required:
            return text
        if len(text) < self.least:
            raise ValidationError(str(BLANK))
        if len(text) > self.most:
            raise ValidationError(str(_l("最多%(most)s个字，现为%(count)s个", most=self.most, count=len(text))))
        return text


class Day(fields.Date):
    """A calendar day, YYYY-MM-DD, between 1900 and 2200."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **_worded(options))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(value).strip()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValidationError(str(_l("请按年-月-日填写日期，例如 2020-04-07")))
        try:
            day = date.fromisoformat(text)
        except ValueError as fault:
            raise ValidationError(str(_l("没有这一天，请核对日期"))) from fault
        if not 1900 <= day.year <= 2200:
            raise ValidationError(str(_l("年份不在可办理的范围内")))
        return day


class Month(fields.String):
    """A month, YYYY-MM; also taken as YYYY.MM or YYYY/MM, as people write it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_worded(options))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if not text and not self.required:
            return text
        parts = re.fullmatch(r"((?:19|20)\d{2})[-./\u5e74](0?[1-9]|1[0-2])\u6708?", text, re.ASCII)
        if parts is None:
            raise ValidationError(str(_l("请按年-月填写，例如 2014-09")))
        return f"{parts[1]}-{int(parts[2]):02d}"


class TimeOfDay(fields.String):
    """A time of the day, HH:MM."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_worded(options))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
            raise ValidationError(str(_l("时间应写成时:分，例如09:30")))
        return text


class Choice(fields.String):
    """One of a closed list: an enum's values or a list of texts."""

    def __init__(self, choices: type[StrEnum] | list[str] | tuple[str, ...], **options: Any) -> None:
        super().__init__(**_worded(options))
        self.choices = [str(choice) for choice in choices]
        self.metadata = {"enum": self.choices, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise ValidationError(str(_l("请从列出的选项中选择")))
        return text


class Id(fields.UUID):
    """The id of a row, as the page gave it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_worded(options))


class Whole(fields.Integer):
    """A whole number between `least` and `most`."""

    def __init__(self, least: int = 0, most: int = 1_000_000, **options: Any) -> None:
        super().__init__(strict=False, **_worded(options))
        self.least, self.most = least, most

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch(r"-?\d{1,12}", value.strip(), re.ASCII):
            raise ValidationError(str(_l("请填写整数")))
        number = super()._validated(value)
        if number is not None and not self.least <= number <= self.most:
            raise ValidationError(str(_l("应在%(least)s至%(most)s之间", least=self.least, most=self.most)))
        return number


class Millimetres(fields.Float):
    """A length on paper in millimetres, 0 to 400, with a point or a comma."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_nan=False, **_worded(options))

    def _validated(self, value: Any) -> Any:
        number = super()._validated(str(value).strip().replace(",", "."))
        if not 0 <= number <= 400:
            raise ValidationError(str(_l("应在%(least)s至%(most)s之间", least=0, most=400)))
        return number


class Tick(fields.Boolean):
    """A box that is ticked or not; a missing one is not ticked."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("load_default", False)
        super().__init__(**_worded(options))


def _worded(options: dict[str, Any]) -> dict[str, Any]:
    """Required unless a default is given; error texts in the platform's words."""
    options.setdefault("required", "load_default" not in options and not options.get("dump_only"))
    words = {"required": BLANK, "null": BLANK, "invalid": _l("格式不正确"), "invalid_uuid": _l("格式不正确")}
    options["error_messages"] = words | options.get("error_messages", {})
    return options


class EmptyShape(Shape):
    """A button without fields."""

    id = Id(load_default=None)


class ReasonShape(Shape):
    """A reason that must be given, for returns, withdrawals and cancellations."""

    id = Id(load_default=None)
    reason = Text(1000, lines=True)


def typed_values(schema: Schema, form: Any) -> dict[str, Any]:
    """A browser's form as `schema` wants it: lists where it has lists, blank inputs left out."""
    values: dict[str, Any] = {}
    for name in form:
        field = schema.fields.get(name)
        if isinstance(field, fields.List):
            values[name] = [item for item in form.getlist(name) if item.strip()]
        elif form[name].strip() or field is None:
            values[name] = form[name]
    return values
