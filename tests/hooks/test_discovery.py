"""Installed is not active; a fault is said in one line; in production a broken plugin harms itself alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from core.foundation.errors import ProvinceFault
from core.hooks import discovery
from core.hooks.breaker import MemoryHealth
from core.hooks.discovery import LoadRefused, Provinces
from core.hooks.host import Moment
from core.testing import border
from tests.hooks.conftest import Install, source_of

AGENCY = {
    "XINGTAN_PROVINCE_00_AGENCY_URL": "http://127.0.0.1:8500",
    "XINGTAN_PROVINCE_00_AGENCY_KEY": "a key of more than sixteen",
}
STERN = """
@hookimpl
def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
    return [Finding("stern", N_("不行"), clause="某省1号")]
"""


@dataclass(frozen=True)
class Operator:
    """What an operator has set."""

    provinces: str = ""
    blocked: str = ""
    environment: str = "embedded"
    require_conformance: str = ""

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of a setting."""
        text = self.provinces if name == "provinces" else self.blocked
        return tuple(code for code in text.split(",") if code)


def load(provinces: str, environ: dict[str, str] | None = None, **more: str) -> Provinces:
    return discovery.load(Operator(provinces, **more), environ or {}, MemoryHealth())


def refusal(provinces: str, environ: dict[str, str] | None = None, **more: str) -> str:
    """The one line that loading is refused with."""
    with pytest.raises(LoadRefused) as refused:
        load(provinces, environ, **more)
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_the_template_is_found_through_its_entry_point(install: Install) -> None:
    host = load("00", AGENCY).host_for("00")
    assert (host.state, host.held, host.blocked) == ("plugin", "", False)
    assert "submit_criminal_checks" in host.own
    assert "publish_notice" not in host.own


def test_installed_is_not_active(install: Install, at: Moment) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of(STERN)})
    assert sorted(discovery.installed()) == ["00", "33"]
    provinces = load("")
    assert provinces.active() == []
    assert provinces.host_for("33").state == "defaults"
    assert provinces.host_for("33").judge_plan(at, border.plans("33")[0]) == []
    assert load("33").host_for("33").judge_plan(at, border.plans("33")[0])[0].code == "stern"


def test_a_province_is_one_host_however_often_asked(install: Install) -> None:
    provinces = load("")
    assert provinces.host_for("41") is provinces.host_for("41")


def test_the_kill_switch_takes_a_plugin_out(install: Install, at: Moment) -> None:
    install("xingtan-zhejiang", "33", {"plugin": "raise RuntimeError('never imported')"})
    provinces = load("33", blocked="33")
    host = provinces.host_for("33")
    assert (host.state, host.held) == ("blocked", "")
    assert host.judge_plan(at, border.plans("33")[0]) == []
    assert provinces.blocked() == [host]
    assert provinces.active() == []


def test_two_plugins_for_one_code(install: Install) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of("")})
    install("xingtan-zhejiang-new", "33", {"plugin": source_of("")})
    for environment in ("embedded", "production"):
        said = refusal("33", environment=environment)
        assert said.startswith("two plugins for province 33: ")
        assert "xingtan_zhejiang.plugin (xingtan-zhejiang)" in said
        assert said.endswith("uninstall one")


@pytest.mark.parametrize("environment", ["embedded", "production"])
def test_codes_that_do_not_exist(install: Install, environment: str) -> None:
    said = refusal("99", environment=environment)
    assert said == "XINGTAN_PROVINCES: there is no province 99; codes are two digits, as 33"
    said = refusal("", blocked="4l", environment=environment)
    assert said == "XINGTAN_PROVINCES_BLOCKED: there is no province 4l; codes are two digits, as 33"


def test_the_template_is_never_active_in_production(install: Install) -> None:
    assert refusal("00", AGENCY, environment="production") == (
        "XINGTAN_PROVINCES: 00 is the template and never active in production; take it out"
    )


def test_a_plugin_that_is_not_installed(install: Install) -> None:
    assert refusal("44") == (
        "XINGTAN_PROVINCES: no plugin for 44 is installed (installed: 00); install one or take 44 out"
    )


WRONG = {
    "import": ("raise OSError('no library')", "xingtan_zhejiang.plugin cannot be imported: no library"),
    "syntax": ("def", "cannot be imported: invalid syntax"),
    "no manifest": (source_of("MANIFEST = None"), "plugin.py must define MANIFEST = Manifest(…)"),
    "code": (source_of("", "41"), "the manifest says code '41'; entry point and it must agree"),
    "name": (source_of('MANIFEST = Manifest("33", " ", "1.0")'), "the manifest's name is empty; fill it in"),
    "version": (source_of('MANIFEST = Manifest("33", "浙江省", "")'), "the manifest's version is empty"),
    "requires": (
        source_of('MANIFEST = Manifest("33", "浙江省", "1.0", requires="latest")'),
        "requires must be like '1.0', not 'latest'",
    ),
    "major": (
        source_of('MANIFEST = Manifest("33", "浙江省", "1.0", requires="2.0")'),
        "requires hooks 2.0, this core has 1.1",
    ),
    "minor": (
        source_of('MANIFEST = Manifest("33", "浙江省", "1.0", requires="1.9")'),
        "requires hooks 1.9, this core has 1.1",
    ),
    "settings": (
        source_of('MANIFEST = Manifest("33", "浙江省", "1.0", settings=dict)'),
        "settings must be a marshmallow Schema class",
    ),
    "hook": (
        source_of("@hookimpl\ndef judge_plans(ctx: ProvinceContext) -> list[Finding]:\n    return []"),
        "there is no hook judge_plans; did you mean judge_plan?",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_broken_plugin_is_a_start_up_error(install: Install, case: str) -> None:
    source, said = WRONG[case]
    install("xingtan-zhejiang", "33", {"plugin": source})
    text = refusal("33")
    assert text.startswith("province 33: ")
    assert said in text


@pytest.mark.parametrize("case", WRONG)
def test_in_production_it_leaves_its_province_on_defaults_and_all_others_run(
    install: Install, at: Moment, case: str
) -> None:
    source, said = WRONG[case]
    install("xingtan-zhejiang", "33", {"plugin": source})
    install("xingtan-henan", "41", {"plugin": source_of(STERN, "41")})
    provinces = load("33,41", environment="production")
    broken, sound = provinces.active()
    assert (broken.code, broken.state) == ("33", "held")
    assert said in broken.held
    assert broken.judge_plan(at, border.plans("33")[0]) == []
    assert sound.judge_plan(at, border.plans("41")[0])[0].source == "41"


def test_an_entry_point_names_a_module(install: Install) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of("")}, "xingtan_zhejiang.plugin:MANIFEST")
    assert "must name a module, as package.plugin" in refusal("33")


SETTINGS = """
class Settings(Schema):
    agency_url = fields.Url(required=True, require_tld=False)
    agency_key = fields.String(required=True, metadata={"secret": True}, validate=validate.Length(min=8))
    limit = fields.Integer(load_default=3)

MANIFEST = Manifest("33", "浙江省", "1.0", settings=Settings)
"""
GOOD = {
    "XINGTAN_PROVINCE_33_AGENCY_URL": "https://agency.example",
    "XINGTAN_PROVINCE_33_AGENCY_KEY": "hunter2-hunter2",
}


def test_settings_come_from_the_environment(install: Install) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of(SETTINGS)})
    environ = {
        **GOOD,
        "XINGTAN_PROVINCE_33_LIMIT": "",
        "XINGTAN_PROVINCE_41_LIMIT": "x",
        "XINGTAN_PROVINCE": "y",
    }
    settings = load("33", environ).host_for("33").settings
    assert dict(settings) == {
        "agency_url": "https://agency.example",
        "agency_key": "hunter2-hunter2",
        "limit": 3,
    }
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"AGENCY_URL": ""}, "XINGTAN_PROVINCE_33_AGENCY_URL: Missing data for required field."),
        ({"AGENCY_KEY": ""}, "XINGTAN_PROVINCE_33_AGENCY_KEY: Missing data for required field."),
        ({"AGENCY_URL": "agency"}, "XINGTAN_PROVINCE_33_AGENCY_URL: Not a valid URL."),
        ({"LIMIT": "many"}, "XINGTAN_PROVINCE_33_LIMIT: Not a valid integer."),
        ({"AGENCY_KEY": "hunter2"}, "XINGTAN_PROVINCE_33_AGENCY_KEY: not valid"),
        (
            {"AGENCY_KEI": "x"},
            "XINGTAN_PROVINCE_33_AGENCY_KEI: there is no such setting; the settings are agency_url, agency_key, limit",
        ),
    ],
)
def test_wrong_settings_are_named_never_shown(install: Install, change: dict[str, str], said: str) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of(SETTINGS)})
    environ = {**GOOD, **{f"XINGTAN_PROVINCE_33_{name}": value for name, value in change.items()}}
    text = refusal("33", environ)
    assert text == said
    assert "hunter2" not in text


def test_settings_of_a_plugin_without_any(install: Install) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of("")})
    assert refusal("33", {"XINGTAN_PROVINCE_33_LIMIT": "3"}) == (
        "province 33 has no settings, but XINGTAN_PROVINCE_33_LIMIT is set; unset it"
    )


def test_a_fault_in_one_province_reaches_no_other(install: Install, at: Moment) -> None:
    raising = source_of(STERN.replace("return", "raise RuntimeError from None; return"))
    install("xingtan-zhejiang", "33", {"plugin": raising})
    install("xingtan-henan", "41", {"plugin": source_of(STERN, "41")})
    provinces = load("33,41")
    with pytest.raises(ProvinceFault):
        provinces.host_for("33").judge_plan(at, border.plans("33")[0])
    assert provinces.host_for("41").judge_plan(at, border.plans("41")[0])[0].source == "41"
    assert provinces.host_for("66").judge_plan(at, border.plans("66")[0]) == []
