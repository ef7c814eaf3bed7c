"""What else a province brings by convention (tables, jobs, pages, texts), checked before any of it is mounted."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Blueprint, Flask

from core.foundation import outbox
from core.foundation.access import rule_of, set_scope, territory
from core.foundation.db import Base
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.web import Section, actor
from core.hooks.contract import LoadRefused

# The names under which `views.py` exports its pages and its entries of the navigation, by site.
EXPORTS = {"staff": "blueprint", "public": "public_blueprint"}
SECTIONS = {"staff": "STAFF_SECTIONS", "public": "PUBLIC_SECTIONS"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a plugin brings besides its hooks: pages and navigation by site, its folders, its daily work.

    `migrations` and `translations` are None where the plugin has no such folder; `daily` are message kinds.
    """

    pages: dict[str, Blueprint] = field(default_factory=dict)
    sections: dict[str, tuple[Section, ...]] = field(default_factory=dict)
    migrations: Path | None = None
    translations: Path | None = None
    daily: tuple[str, ...] = ()


def load_parts(code: str, plugin: ModuleType) -> Parts:
    """Import the plugin's models, jobs and views where it has them, each checked.

    Raises `LoadRefused` in one line, whatever the plugin's code does when it is imported.
    """
    load_tables(code, plugin)
    part(code, plugin, "jobs")
    _check_jobs(code, plugin)
    views = part(code, plugin, "views")
    pages, sections = {}, {}
    for site, export in EXPORTS.items():
        blueprint = getattr(views, export, None)
        if blueprint is not None:
            _check_pages(code, export, blueprint)
            pages[site] = blueprint
        sections[site] = _sections(code, SECTIONS[site], getattr(views, SECTIONS[site], ()))
    daily = tuple(kind for kind in sorted(outbox.DAILY) if _belongs(outbox.JOBS[kind].handler.__module__, plugin))
    return Parts(pages, sections, folder(plugin, "migrations"), folder(plugin, "translations"), daily)


def load_tables(code: str, plugin: ModuleType) -> Path | None:
    """Import the plugin's models, each table checked; the folder of its revisions, None without tables."""
    part(code, plugin, "models")
    tables = _check_tables(code, plugin)
    revisions = folder(plugin, "migrations")
    if tables and revisions is None:
        raise LoadRefused(f"province {code}: models.py has tables but no migrations/ beside it; add its revisions")
    return revisions


def folder(plugin: ModuleType, name: str) -> Path | None:
    """The folder `name` beside the plugin's module, None where there is none."""
    path = Path(plugin.__file__).parent / name if plugin.__file__ and plugin.__package__ else None
    return path if path is not None and path.is_dir() else None


def _sections(code: str, export: str, given: Any) -> tuple[Section, ...]:
    for section in given:
        if not isinstance(section, Section) or not section.endpoint.startswith(f"province_{code}."):
            raise LoadRefused(f"province {code}: views.{export} must hold Sections with endpoints province_{code}.…")
    menu = N_("各省服务") if export == SECTIONS["public"] else ""
    return tuple(replace(section, province=code, menu=menu) for section in given)


def part(code: str, plugin: ModuleType, name: str) -> ModuleType | None:
    """The module `name` beside the plugin's, None where there is none; raises `LoadRefused`."""
    if not plugin.__package__:
        return None
    full = f"{plugin.__package__}.{name}"
    if importlib.util.find_spec(full) is None:
        return None
    try:
        return importlib.import_module(full)
    except Exception as error:  # whatever a plugin's import does
        raise LoadRefused(f"province {code}: {full} cannot be imported: {error}") from error


def _belongs(module: str, plugin: ModuleType) -> bool:
    return bool(plugin.__package__) and f"{module}.".startswith(f"{plugin.__package__}.")


def _check_tables(code: str, plugin: ModuleType) -> int:
    own = [mapper for mapper in Base.registry.mappers if _belongs(mapper.class_.__module__, plugin)]
    for mapper in own:
        name = getattr(mapper.local_table, "name", "")
        if not name.startswith(f"p{code}_"):
            raise LoadRefused(f"province {code}: table {name} must be named p{code}_{name}")
        for key in getattr(mapper.local_table, "foreign_keys", ()):
            if not key.target_fullname.startswith(f"p{code}_"):
                raise LoadRefused(
                    f"province {code}: table {name} must not point at {key.target_fullname}; "
                    "keep the id without a foreign key, so that the plugin can be taken out"
                )
    return len(own)


def _check_jobs(code: str, plugin: ModuleType) -> None:
    for job in outbox.JOBS.values():
        if _belongs(job.handler.__module__, plugin) and not job.kind.startswith(f"p{code}."):
            raise LoadRefused(f"province {code}: message kind {job.kind} must be named p{code}.{job.kind}")


def _check_pages(code: str, export: str, blueprint: Any) -> None:
    where = f"province {code}: views.{export}"
    if not isinstance(blueprint, Blueprint):
        raise LoadRefused(f"{where} must be a Flask Blueprint, not {type(blueprint).__name__}")
    if blueprint.name != f"province_{code}":
        raise LoadRefused(f"{where} must be named province_{code}, not {blueprint.name}")
    if blueprint.has_static_folder:
        raise LoadRefused(f"{where} has a static folder; drop it, the platform's look is shared")
    stray = next(_stray_templates(code, blueprint), "")
    if stray:
        raise LoadRefused(f"{where}: move template {stray} into templates/province_{code}/")
    _check_routes(where, code, blueprint)


def _stray_templates(code: str, blueprint: Blueprint) -> Iterator[str]:
    if blueprint.template_folder is None:
        return iter(())
    folder = Path(blueprint.root_path) / blueprint.template_folder
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return (name for name in names if not name.startswith(f"province_{code}/"))


def _check_routes(where: str, code: str, blueprint: Blueprint) -> None:
    """Mount the pages on a scratch application: only there can be seen what they would bring with them."""
    probe, bare = Flask("probe", static_folder=None), Flask("bare", static_folder=None)
    try:
        probe.register_blueprint(blueprint, url_prefix=f"/p/{code}")
    except Exception as error:  # whatever a plugin's registration does
        raise LoadRefused(f"{where} cannot be mounted: {error}") from error
    for rule in probe.url_map.iter_rules():
        if not rule.rule.startswith(f"/p/{code}/"):
            raise LoadRefused(f"{where}: route {rule.rule} must lie under /p/{code}/")
        if rule_of(probe.view_functions[rule.endpoint]) is None:
            view = rule.endpoint.rpartition(".")[2]
            raise LoadRefused(f"{where}: {view} does not say who may use it; add @officer(), @agency() or @anyone()")
    if _reach(probe) != _reach(bare):
        raise LoadRefused(f"{where} changes the whole application (app_… hooks); use the blueprint's own")


def _reach(app: Flask) -> tuple[Any, ...]:
    """What of an application concerns every request and template."""
    hooks = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
        app.url_default_functions,
        app.error_handler_spec,
    )
    return (
        *(len(hook.get(None, ())) for hook in hooks),
        len(app.template_context_processors[None]),
        sorted(app.jinja_env.filters),
        sorted(app.jinja_env.tests),
        sorted(app.jinja_env.globals),
    )


def fence(code: str) -> Callable[[], None]:
    """A check before each of a province's pages: to another province's officers they do not exist.

    The nation's officers see through them what lies in the province, and nothing beyond.
    """

    def check() -> None:
        who = actor()
        if who.kind == "officer" and who.province_code not in ("", code):
            raise NotFound()
        if who.kind == "officer" and not who.prefix:
            set_scope(territory(code))

    return check


def mount(app: Flask, code: str, blueprint: Blueprint) -> None:
    """Mount a province's pages under /p/CC/, fenced; the core's templates win over its own."""
    app.register_blueprint(blueprint, url_prefix=f"/p/{code}")
    app.before_request_funcs.setdefault(blueprint.name, []).insert(0, fence(code))
