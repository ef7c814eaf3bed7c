"""The only wiring: settings, extensions, areas and provinces become the public or the staff site."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import structlog
from flask import Flask
from sqlalchemy import event
from werkzeug.middleware.proxy_fix import ProxyFix

from core.accounts.views import confirming, sso
from core.accounts.views import session as sessions
from core.calendar import service as calendar
from core.config import Settings, load
from core.filing import exports
from core.foundation import chain, clock, i18n, limits, mail, pdf, rowsecurity, signing, storage, web
from core.foundation.access import rule_of
from core.foundation.crypto import Keyring
from core.foundation.db import db, use_keyring
from core.foundation.errors import SettingInvalid
from core.foundation.i18n import say
from core.foundation.logs import configure as configure_logs
from core.hooks import discovery
from core.rulesets.sources import source_of

Site = Literal["public", "staff"]

AREAS = (
    "people",
    "accounts",
    "filing",
    "calendar",
    "notices",
    "training",
    "consultation",
    "plans",
    "evidence",
    "checks",
    "applications",
    "certificates",
    "registration",
    "penalties",
    "oversight",
    "desk",
    "privacy",
    "manual",
)


def resources() -> Path:
    """Folder that holds templates, static files and migrations: the wheel's own, else the checkout."""
    shipped = Path(__file__).parent / "shipped"
    return shipped if shipped.is_dir() else Path(__file__).parent.parent


def part(area: str, name: str) -> ModuleType | None:
    """The module `core.<area>.<name>` where the area has one."""
    full = f"core.{area}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


def load_tables_and_jobs() -> None:
    """Import every area's models and what it contributes to others, so that metadata and registers are complete."""
    importlib.import_module("core.hooks.models")
    for area in AREAS:
        for name in ("models", "jobs", "handover", "figures", "obligations", "invariants"):
            part(area, name)


class _App(Flask):
    """Flask without coroutines: no view here is one, so none is asked, fifteen times a request, whether it is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(site: Site, settings: Settings | None = None) -> Flask:
    """One site with only its own routes; raises `SettingInvalid` when it must not start."""
    settings = settings or load()
    configure_logs(settings.log_level)
    root = resources()
    app = _App("core", template_folder=str(root / "templates"), static_folder=str(root / "static"))
    _configure(app, site, settings)
    load_tables_and_jobs()
    db.init_app(app)
    app.extensions["xingtan_chain"] = chain  # its listeners number and code every entry
    _second_lock(app, settings)
    i18n.init(app, str(Path(__file__).parent / "translations"))
    limits.init(app, settings)
    sessions.init(app)
    sso.init(app)
    web.init(app, sessions.present_actor, confirming.ask)
    app.after_request(sessions.mark_device)
    app.before_request(calendar.gate(site))
    provinces = discovery.load(settings)
    app.extensions["provinces"] = provinces
    _register_areas(app, site)
    provinces.mount(app, site)
    web.state_static(app)
    _refuse_silent_routes(app)
    app.jinja_env.filters["cited"] = lambda clause: say(source_of(clause))
    _context(app, site, provinces.sections(site))
    if site == "staff":
        exports.guard(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # No prefix is believed: a proxy that does not set one passes on what the client sent.
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, 0)  # type: ignore[method-assign]
    return app


def use_ports(settings: Settings) -> None:
    """Install what a process has one of: keys, signer, storage, mail, pages on paper."""
    use_keyring(_keyring(settings))
    key_file = settings.signing_key_file
    signing.use(signing.from_file(Path(key_file)) if key_file else signing.from_secret(settings.secret_key))
    storage.use(storage.DiskStorage(Path(settings.data_dir).absolute() / "files"))
    mail.use(mail.outlet(settings))
    pdf.use(pdf.Places(resources() / "templates" / "pdf", Path(settings.font_dir) if settings.font_dir else None))


def _configure(app: Flask, site: Site, settings: Settings) -> None:
    use_ports(settings)
    if settings.clock_file:
        clock.use_file(settings.clock_file)
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SITE=site,
        SECRET_KEY=f"{settings.secret_key}:{site}",
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_max_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=list(settings.codes("hosts")) or None,
        SESSION_COOKIE_NAME=("__Host-" if settings.cookies_secure else "")
        + ("xingtan" if site == "public" else "xingtan_desk"),
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookies_secure,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def _keyring(settings: Settings) -> Keyring:
    try:
        return Keyring.from_secret(settings.secret_key, settings.crypto_suite, settings.data_keys)
    except ValueError as wrong:
        raise SettingInvalid(f"XINGTAN_DATA_KEYS or XINGTAN_CRYPTO_SUITE: {wrong}") from wrong


def _second_lock(app: Flask, settings: Settings) -> None:
    if settings.environment == "production":
        with app.app_context():
            event.listen(db.engine, "connect", rowsecurity.refuse_bypass)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.database.startswith("sqlite"):
        return {"connect_args": {"timeout": 15, "check_same_thread": False}}
    return {"pool_pre_ping": False, "pool_size": 8, "max_overflow": 8, "pool_recycle": 1800}


def _register_areas(app: Flask, site: Site) -> None:
    api = web.ProblemApi(app, spec_kwargs=_api_config(app, site))
    for area in AREAS:
        views, endpoints = part(area, "views"), part(area, "api")
        if views is not None and hasattr(views, site):
            app.register_blueprint(getattr(views, site))
        if endpoints is not None and hasattr(endpoints, site):
            api.register_blueprint(getattr(endpoints, site))
    web.state_api_docs(app)


def _api_config(app: Flask, site: Site) -> dict[str, Any]:
    app.config.update(
        API_TITLE="Xingtan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    return {"info": {"description": f"Xingtan, {site} site"}} if site == "staff" else {}


def _refuse_silent_routes(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if rule_of(view) is None]
    if silent:
        raise RuntimeError(f"routes that do not state who may use them: {', '.join(sorted(silent))}")


def _context(app: Flask, site: Site, brought: list[web.Section]) -> None:
    sections = brought + [
        section
        for area in AREAS
        if (views := part(area, "views")) is not None
        for section in getattr(views, f"{site.upper()}_SECTIONS", ())
    ]
    sections.sort(key=lambda section: section.order)
    settings: Settings = app.config["SETTINGS"]

    @app.context_processor
    def context() -> dict[str, Any]:
        return {
            "site": site,
            "sections": sections,
            "menus": web.menus,
            "section_here": web.section_here,
            "section_url": web.section_url,
            "province_name": discovery.province_name,
            "demonstration": settings.demonstration,
            "clock_day": clock.today() if clock.is_set() else None,
        }


def silence_werkzeug() -> None:
    """Keep the request lines of the embedded server out of the console."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    structlog.get_logger("xingtan").debug("quiet")
