"""Chinese source strings, English catalogue: which one this request reads, and findings in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_domain, get_locale

from core.foundation.findings import N_, Finding

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "language"
_PROVINCES = "xingtan_catalogues"


def choose() -> str:
    """The language of this request: the person's choice, else what the browser prefers, else Chinese."""
    if not has_request_context():
        return "zh"
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), default="zh") or "zh"


def init(app: Flask, translations: str) -> None:
    """Install Flask-Babel with the folder of compiled catalogues."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=choose)
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


def _catalogue() -> Any:
    """This request's catalogue, looked up once."""
    kept = g.get("catalogue")
    if kept is None:
        kept = g.catalogue = get_domain().get_translations()
    return kept


def _voice(province: str) -> Callable[[str], str]:
    """What says a message in this request's language, in a province's words where it has them."""
    own, common = _of_province(province or _province_here()), _catalogue()
    if own is None:
        return lambda message: str(common.ugettext(message))

    def say_own(message: str) -> str:
        said = str(own.ugettext(message))
        return said if said != message else str(common.ugettext(message))

    return say_own


def add_catalogue(app: Flask, province: str, folder: Path) -> None:
    """Add a province's texts: `en.po` in its folder. They speak on its own pages and in its own findings."""
    catalogues = {}
    for path in sorted(folder.glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file))
        compiled.seek(0)
        catalogues[path.stem] = Translations(compiled)
    app.extensions.setdefault(_PROVINCES, {})[province] = catalogues


def _of_province(province: str) -> Any:
    """The province's catalogue in the present language, None without one."""
    catalogues = current_app.extensions.get(_PROVINCES, {}).get(province)
    locale = get_locale() if catalogues else None
    return catalogues.get(locale.language) if catalogues and locale is not None else None


def _province_here() -> str:
    """The province whose page this request asks for, "" on the core's pages."""
    blueprint = request.blueprint if has_request_context() else None
    return blueprint.removeprefix("province_") if blueprint and blueprint.startswith("province_") else ""


def _gettext(message: str, province: str = "") -> str:
    voices = g.get("voices")  # a page says hundreds of messages: who says them is found once
    if voices is None:
        voices = g.voices = {}
    voice = voices.get(province)
    if voice is None:
        voice = voices[province] = _voice(province)
    return str(voice(message))


def _ngettext(one: str, many: str, count: int) -> str:
    return str(_catalogue().ungettext(one, many, count))


def say(message: str, province: str = "", /, **params: Any) -> str:
    """A message in the present language, its places filled; a missing place never breaks a page.

    `province` is the code of the plugin whose words they are, "" for the core's.
    """
    translated = _gettext(message, province) if message else ""
    if not params:
        return translated
    try:
        return translated % {key: _shown(value) for key, value in params.items()}
    except (KeyError, TypeError, ValueError):
        return translated


def said(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels in the present language, once for a list whose rows name them often."""
    return {key: say(words) for key, words in labels.items()}


def _shown(value: Any) -> Any:
    """Params marked as messages themselves (Chinese enum labels) are translated too."""
    if isinstance(value, str) and not value.isascii():
        return _gettext(value)
    if isinstance(value, list | tuple):
        return joined(_shown(item) for item in value)
    return value


def joined(items: Iterable[Any], names: Mapping[Any, str] | None = None, sign: str = N_("、")) -> str:
    """A list in one line, with the sign that the present language puts between its parts.

    `names` gives the words of what is listed, to be translated; without it the items stand as they are.
    """
    return _gettext(sign).join(say(str(names.get(item, item))) if names else str(item) for item in items)


def spoken(finding: Finding) -> dict[str, str]:
    """A finding in the present language: code, message, remedy, clause, severity, field, source."""
    return {
        "code": finding.code,
        "message": say(finding.message, finding.source, **finding.params),
        "remedy": say(finding.remedy, finding.source, **finding.params),
        "clause": finding.clause,
        "severity": finding.severity.value,
        "field": finding.field,
        "source": finding.source,
    }


def language_tag() -> str:
    """The `lang` attribute of this page: zh-CN or en."""
    locale: Locale | None = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh-CN"
