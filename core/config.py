"""Typed settings from `XINGTAN_*` variables, checked once at start; each error names its variable."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from core.foundation.errors import SettingInvalid

PREFIX = "XINGTAN_"


def _setting(default: Any, help: str, *, secret: bool = False) -> Any:
    meta = {"help": help, "secret": secret}
    if callable(default):
        return field(default_factory=default, metadata=meta, repr=not secret)
    return field(default=default, metadata=meta, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. The names of the variables are `XINGTAN_` + the upper-case names."""

    data_dir: str = _setting("var", "Folder for the SQLite database, uploads, mail files and the clock")
    database_url: str = _setting("", "SQLAlchemy URL; empty: SQLite in the data folder")
    redis_url: str = _setting("", "Redis for RQ workers and shared rate limits; empty: jobs run in-process")
    environment: str = _setting("embedded", "embedded | production; production refuses unsafe settings")
    secret_key: str = _setting("", "Secret for sessions, sealing and indexes; empty: made and kept in the "
                               "data folder (embedded only)", secret=True)  # fmt: skip
    signing_key_file: str = _setting("", "Key file that signs certificates' codes and the logs' heads; empty: "
                                     "derived from the secret key")  # fmt: skip
    public_url: str = _setting("", "Address of the public site as people reach it (https://…), for the QR "
                               "codes on certificates; empty: the code alone")  # fmt: skip
    crypto_suite: str = _setting("aes", "Ciphers of the secret's own key: aes | sm (SM4-GCM, SM3); chosen once, "
                             "before the first data")  # fmt: skip
    data_keys: str = _setting("", "Further keys as number:suite:secret, separated by commas or lines; the highest "
                              "number seals, `xingtan keys rotate` brings the rest up to it", secret=True)  # fmt: skip
    public_host: str = _setting("127.0.0.1", "Address the public site listens on")
    public_port: int = _setting(8000, "Port of the public site")
    staff_host: str = _setting("127.0.0.1", "Address the staff site listens on")
    staff_port: int = _setting(8001, "Port of the staff site")
    provinces: str = _setting("", "Codes of the active province plugins, separated by commas")
    provinces_blocked: str = _setting("", "Codes taken out at once, whatever XINGTAN_PROVINCES says")
    require_conformance: str = _setting("", "Folder of trusted keys (*.pub): plugins load only with a signed "
                                        "conformance statement; empty: not demanded")  # fmt: skip
    clock_file: str = _setting("", "File with the set clock's shift; refused in production")
    demonstration: bool = _setting(False, "Invented people, a settable day and a banner; refused in production")
    mail_url: str = _setting("", "smtp://user:password@host:port; empty: mails become files in the data "
                             "folder", secret=True)  # fmt: skip
    mail_from: str = _setting("no-reply@xingtan.invalid", "Sender of the platform's mails")
    sms_url: str = _setting("", "http(s) gateway for text messages; empty: files in the data folder", secret=True)
    upload_max_bytes: int = _setting(8 * 1024 * 1024, "Largest request body in bytes; registers excepted")
    register_max_bytes: int = _setting(64 * 1024 * 1024, "Largest register file an officer may import, in bytes")
    verify_rate: str = _setting("30 per minute", "Limit of public certificate verifications per address")
    signin_rate: str = _setting("20 per minute", "Limit of sign-in attempts per address")
    hosts: str = _setting("", "Host names the site answers to, separated by commas (no port); any other is refused. "
                          "Production needs it")  # fmt: skip
    hashes_at_once: int = _setting(4, "Passwords hashed at once in a process; each takes 64 MiB")
    require_second_factor: bool = _setting(False, "Officers must enrol a second factor at their first sign-in; "
                                           "production needs it")  # fmt: skip
    session_hours: int = _setting(12, "Hours after which a session ends, used or not")
    officer_sessions: int = _setting(1, "Sessions an officer may have at a time; a newer one ends the oldest")
    session_by_network: bool = _setting(True, "An officer's session ends when its network changes; 0 where an office "
                                        "leaves by several")  # fmt: skip
    fresh_minutes: int = _setting(10, "Minutes after which an officer confirms again who they are, before "
                                  "conclusions, prints and reveals")  # fmt: skip
    sso_file: str = _setting("", "TOML file with the provinces' single sign-on (OIDC), see docs/sign-in.md; needs "
                             "the extra [sso]")  # fmt: skip
    session_minutes: int = _setting(30, "Idle minutes after which a session ends")
    confirm_in_maintenance: bool = _setting(False, "Operator's switch: allow user confirmation during "
                                            "maintenance")  # fmt: skip
    audit_head_dir: str = _setting("", "Folder of the audit chains' signed daily heads, best on another machine; "
                                   "empty: `heads` in the data folder")  # fmt: skip
    font_dir: str = _setting("", "Folder with more fonts for PDF pages (rare characters), tried after Noto Sans CJK")
    consultation_lines: str = _setting("", "Telephone lines shown while the site is closed, separated by commas")
    mail_hosts: str = _setting("", "Mail servers that institutions' mailboxes may lie on, separated by commas; empty: "
                               "none, no mailbox is read")  # fmt: skip
    log_level: str = _setting("INFO", "DEBUG | INFO | WARNING | ERROR")
    trusted_proxies: int = _setting(0, "How many reverse proxies stand in front (X-Forwarded-* is believed that far)")
    cookies_secure: bool = _setting(False, "Send cookies over HTTPS only; production needs it")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        if not self.database_url:
            return f"sqlite:///{Path(self.data_dir).absolute() / 'xingtan.sqlite3'}"
        if self.database_url.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]
        return self.database_url

    @property
    def embedded(self) -> bool:
        """Whether jobs run in-process."""
        return not self.redis_url

    def codes(self, name: str) -> tuple[str, ...]:
        """A comma list (of province codes, of hosts), in order, blanks dropped."""
        return tuple(part.strip() for part in getattr(self, name).split(",") if part.strip())


def _read(name: str, kind: str, text: str) -> Any:
    variable = PREFIX + name.upper()
    if kind == "int":
        if not text.strip().isdigit():
            raise SettingInvalid(f"{variable} must be a whole number, not {text!r}")
        return int(text)
    if kind == "bool":
        lowered = text.strip().lower()
        if lowered not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingInvalid(f"{variable} must be 1 or 0, not {text!r}")
        return lowered in {"1", "true", "yes"}
    return text


def _given(environ: Mapping[str, str], variable: str) -> str:
    """A variable's text, or that of the file which `<variable>_FILE` names: how secrets stay out of the environment."""
    path = environ.get(f"{variable}_FILE")
    if not path:
        return environ.get(variable, "")
    if environ.get(variable):
        raise SettingInvalid(f"set {variable} or {variable}_FILE, not both")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingInvalid(f"{variable}_FILE cannot be read: {path}") from fault


def _made_up(secret: str) -> bool:
    """Whether a secret looks typed by a person or copied from a page rather than drawn by chance."""
    words = ("secret", "password", "change", "xingtan", "example", "default", "test")
    return len(set(secret)) < 12 or any(word in secret.lower() for word in words)


def _kept_secret(folder: Path) -> str:
    """The embedded installation's own secret, made once with mode 0600."""
    path = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # the first of two processes wins
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises `SettingInvalid` with one line that says what to change."""
    environ = os.environ if environ is None else environ
    known = {f.name: str(f.type) for f in fields(Settings)}
    given = {name: _given(environ, PREFIX + name.upper()) for name in known}
    values = {name: _read(name, known[name], text) for name, text in given.items() if text}
    settings = Settings(**values)
    if settings.environment not in {"embedded", "production"}:
        raise SettingInvalid(f"XINGTAN_ENVIRONMENT must be embedded or production, not {settings.environment!r}")
    if settings.environment == "production":
        _check_production(settings)
    if not settings.secret_key:
        settings = Settings(**{**values, "secret_key": _kept_secret(Path(settings.data_dir))})
    if len(settings.secret_key) < 32:
        raise SettingInvalid("XINGTAN_SECRET_KEY must have at least 32 characters")
    return settings


def _check_production(settings: Settings) -> None:
    wrong = {
        "XINGTAN_SECRET_KEY must be set": not settings.secret_key,
        "XINGTAN_SECRET_KEY must be drawn by chance": bool(settings.secret_key) and _made_up(settings.secret_key),
        "XINGTAN_DATA_KEYS must be drawn by chance": any(
            _made_up(part.rpartition(":")[2]) for part in settings.data_keys.replace("\n", ",").split(",") if part
        ),
        "XINGTAN_DATABASE_URL must name a PostgreSQL database": not settings.database.startswith("postgresql"),
        "XINGTAN_REDIS_URL must be set": not settings.redis_url,
        "XINGTAN_CLOCK_FILE must not be set": bool(settings.clock_file),
        "XINGTAN_DEMONSTRATION must not be set": settings.demonstration,
        "XINGTAN_COOKIES_SECURE must be 1": not settings.cookies_secure,
        "XINGTAN_HOSTS must name the site's hosts": not settings.codes("hosts"),
        "XINGTAN_REQUIRE_SECOND_FACTOR must be 1": not settings.require_second_factor,
    }
    found = [line for line, is_wrong in wrong.items() if is_wrong]
    if found:
        raise SettingInvalid("in production: " + "; ".join(found))
