"""What a plugin says of itself, and its settings from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from marshmallow import RAISE, Schema, ValidationError

from core.hooks.contract import LoadRefused
from core.hooks.specs import HOOKS
from core.hooks.types import ProvinceSettings


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin says of itself. `requires` is the least version of the hooks that it needs.

    `settings` is a marshmallow schema; a field with `metadata={"secret": True}` is never shown.
    """

    code: str
    name: str
    version: str
    requires: str = "1.0"
    settings: type[Schema] | None = None


def manifest_of(code: str, plugin: ModuleType) -> Manifest:
    """The plugin's manifest, checked; raises `LoadRefused` saying in one line what to change."""
    manifest = getattr(plugin, "MANIFEST", None)
    if not isinstance(manifest, Manifest):
        raise LoadRefused(f"province {code}: plugin.py must define MANIFEST = Manifest(…)")
    if manifest.code != code:
        raise LoadRefused(f"province {code}: the manifest says code {manifest.code!r}; entry point and it must agree")
    for name in ("name", "version"):
        value = getattr(manifest, name)
        if not isinstance(value, str) or not value.strip():
            raise LoadRefused(f"province {code}: the manifest's {name} is empty; fill it in")
    if manifest.settings is not None and not _is_schema(manifest.settings):
        raise LoadRefused(f"province {code}: the manifest's settings must be a marshmallow Schema class")
    _check_version(code, manifest.requires)
    return manifest


def _is_schema(settings: object) -> bool:
    return isinstance(settings, type) and issubclass(settings, Schema)


def _check_version(code: str, requires: object) -> None:
    if not isinstance(requires, str) or not re.fullmatch(r"\d{1,3}\.\d{1,3}", requires):
        raise LoadRefused(f"province {code}: requires must be like '1.0', not {requires!r}")
    major, minor = (int(part) for part in requires.split("."))
    if major != HOOKS[0] or minor > HOOKS[1]:
        have = ".".join(map(str, HOOKS))
        raise LoadRefused(
            f"province {code}: requires hooks {requires}, this core has {have}; "
            f"install a plugin for {HOOKS[0]}.x or another core"
        )


def variable(code: str, name: str) -> str:
    """The environment variable of a plugin's setting."""
    return f"XINGTAN_PROVINCE_{code}_{name.upper()}"


def read_settings(manifest: Manifest, environ: Mapping[str, str]) -> ProvinceSettings:
    """The plugin's settings from `XINGTAN_PROVINCE_CC_*`; empty ones count as not set.

    Raises `LoadRefused` naming the first variable that is unknown, missing or wrong, never its value.
    """
    prefix = variable(manifest.code, "")
    given = {key[len(prefix) :].lower(): value for key, value in environ.items() if key.startswith(prefix) and value}
    if manifest.settings is None:
        if given:
            name = variable(manifest.code, min(given))
            raise LoadRefused(f"province {manifest.code} has no settings, but {name} is set; unset it")
        return ProvinceSettings()
    schema = manifest.settings(unknown=RAISE)
    secret = {name for name, field in schema.fields.items() if field.metadata.get("secret")}
    try:
        return ProvinceSettings(dict(schema.load(given)), secret)
    except ValidationError as wrong:
        raise LoadRefused(_said(manifest.code, wrong, schema, secret)) from None


def _said(code: str, wrong: ValidationError, schema: Schema, secret: set[str]) -> str:
    messages = wrong.normalized_messages()
    name = min(messages)
    if name not in schema.fields:
        return f"{variable(code, name)}: there is no such setting; the settings are {', '.join(schema.fields)}"
    # a validator may quote what it was given: a secret's messages are not repeated
    text = "not valid" if name in secret and not _is_missing(messages[name]) else "; ".join(_flat(messages[name]))
    return f"{variable(code, name)}: {text}"


def _is_missing(messages: object) -> bool:
    return any("Missing data" in text for text in _flat(messages))


def _flat(messages: object) -> list[str]:
    if isinstance(messages, dict):
        return [text for inner in messages.values() for text in _flat(inner)]
    if isinstance(messages, list):
        return [text for inner in messages for text in _flat(inner)]
    return [str(messages)]
