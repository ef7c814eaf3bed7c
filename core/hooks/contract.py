"""A plugin's implementations, compared with the specs before anything is called."""

from __future__ import annotations

import difflib
import inspect
import typing
import warnings
from collections.abc import Callable
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pluggy
import structlog

from core.foundation.errors import PlatformError
from core.hooks import defaults, specs
from core.hooks.reference import note, spelled

log = structlog.get_logger("xingtan.province")

MARK = f"{specs.PROJECT}_impl"
_REFUSED_OPTIONS = ("wrapper", "hookwrapper", "tryfirst", "trylast", "optionalhook", "specname")

RETURNS: dict[str, Any] = {name: typing.get_type_hints(getattr(specs, name))["return"] for name in specs.ALL}


class LoadRefused(PlatformError):
    """A plugin does not keep the contract; the text says in one line what to change."""

    code = "plugin_refused"


def implementations(code: str, plugin: ModuleType) -> dict[str, Callable[..., Any]]:
    """The hook implementations of a plugin module by name, each checked; raises `LoadRefused`."""
    found = {}
    requires = str(getattr(getattr(plugin, "MANIFEST", None), "requires", "1.0"))
    for name, thing in vars(plugin).items():
        # getattr_static: a module may hold proxies (Flask's `request`) that must not be woken here
        marked = inspect.getattr_static(thing, MARK, None) is not None
        if marked:
            check_implementation(code, name, thing)
            _check_since(code, name, requires)
            found[name] = thing
        elif name in specs.ALL:
            raise LoadRefused(f"province {code}: {name} has a hook's name but no @hookimpl; mark it or rename it")
    return found


def check_implementation(code: str, name: str, function: Any) -> None:
    """Compare one implementation with its spec; raises `LoadRefused`."""
    if name not in specs.ALL:
        near = difflib.get_close_matches(name, specs.ALL, 1)
        hint = f"did you mean {near[0]}?" if near else f"the hooks are {', '.join(specs.ALL)}"
        raise LoadRefused(f"province {code}: there is no hook {name}; {hint}")
    if not isinstance(function, FunctionType) or _is_lazy(function):
        raise LoadRefused(f"province {code}: {name} must be a plain function that returns its answer")
    options = getattr(function, MARK)
    for option in _REFUSED_OPTIONS:
        if options.get(option):
            raise LoadRefused(f"province {code}: {name} uses {option}=; hooks are plain functions, drop it")
    _check_arguments(code, name, function)
    _check_annotations(code, name, function)


def _check_since(code: str, name: str, requires: str) -> None:
    since = note(name).since
    if _numbers(since) > _numbers(requires):
        raise LoadRefused(
            f"province {code}: {name} exists since hooks {since}, the manifest requires {requires}; "
            f"say requires={since!r}"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _is_lazy(function: FunctionType) -> bool:
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
    )


def _check_arguments(code: str, name: str, function: FunctionType) -> None:
    wanted = inspect.signature(getattr(specs, name)).parameters
    for argument in inspect.signature(function).parameters.values():
        if argument.name not in wanted:
            takes = ", ".join(wanted)
            raise LoadRefused(f"province {code}: {name} has no argument {argument.name}; it takes {takes}")
        if argument.default is not inspect.Parameter.empty:
            raise LoadRefused(f"province {code}: {name}: argument {argument.name} has a default; drop it")
        if argument.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            raise LoadRefused(f"province {code}: {name}: argument {argument.name} must be plain; drop * and / and **")


def _check_annotations(code: str, name: str, function: FunctionType) -> None:
    wanted = typing.get_type_hints(getattr(specs, name))
    try:
        hints = typing.get_type_hints(function)
    except Exception as error:  # whatever evaluating a plugin's annotations does
        raise LoadRefused(f"province {code}: {name}: annotations cannot be read: {error}") from error
    for argument in (*inspect.signature(function).parameters, "return"):
        if hints.get(argument) != wanted[argument]:
            given = spelled(hints[argument]) if argument in hints else "nothing"
            raise LoadRefused(
                f"province {code}: {name}: annotate {argument} as {spelled(wanted[argument])}, not {given}"
            )


def manager(code: str, own: dict[str, Callable[..., Any]]) -> pluggy.PluginManager:
    """A manager of one province: its implementations, and the core's default for each hook it lacks.

    Exactly one implementation for each hook, so a `None` can never fall through to the default.
    """
    made = pluggy.PluginManager(specs.PROJECT)
    made.add_hookspecs(specs)
    with warnings.catch_warnings(record=True) as leaving:
        warnings.simplefilter("always")
        made.register(SimpleNamespace(**own), name=f"province {code}")
    for warning in leaving:  # pluggy's warn_on_impl and warn_on_impl_args mark what will be removed
        log.warning("province uses what will be removed", province=code, what=str(warning.message))
    lacking = {name: getattr(defaults, name) for name in specs.ALL if name not in own}
    made.register(SimpleNamespace(**lacking), name="defaults")
    try:
        made.check_pending()
    except pluggy.PluginValidationError as fault:
        raise LoadRefused(f"province {code}: {fault}") from fault
    return made
