"""Which duties one person may hold together, and that no role holds two by itself."""

from __future__ import annotations

import pytest

from core.accounts.rules import (
    GRANTS,
    SEPARATE,
    Role,
    judge_four_eyes,
    judge_roles,
    permissions_of,
    writes,
)


def codes(findings):
    return {finding.code for finding in findings}


def test_no_role_by_itself_holds_two_duties_that_are_kept_apart():
    for role, granted in GRANTS.items():
        for pair in SEPARATE:
            assert not (granted & pair.first and granted & pair.second), (role, pair.first_name)


def test_the_duties_that_are_kept_apart_are_granted_to_somebody():
    granted = frozenset().union(*GRANTS.values())
    assert all(pair.first & granted and pair.second & granted for pair in SEPARATE)


def test_an_auditor_and_nobody_else_reads_the_trail_and_changes_nothing():
    own_post = {"handover.draft"}  # everybody hands over what is theirs
    assert {verb for verb in GRANTS[Role.AUDITOR] if writes(verb)} == own_post
    assert [role for role in Role if "audit.view" in GRANTS[role]] == [Role.AUDITOR]
    assert writes("applications.conclude")
    assert not writes("applications.reveal")


@pytest.mark.parametrize(
    ("roles", "prefix", "code"),
    [
        (["case_officer", "institution_head"], "000101", "duties_separate"),
        (["institution_head", "province_officer"], "00", "duties_separate"),
        (["case_officer", "province_officer"], "00", "duties_separate"),
        (["auditor", "case_officer"], "00", "role_alone"),
        (["operator", "national_officer"], "", "role_alone"),
        (["national_officer"], "00", "role_place"),
        (["province_officer"], "0001", "role_place"),
        (["auditor"], "000101", "role_place"),
        (["emperor"], "", "role_unknown"),
        ([], "00", "role_unknown"),
    ],
)
def test_roles_that_one_person_may_not_hold(roles, prefix, code):
    assert code in codes(judge_roles(roles, prefix))


@pytest.mark.parametrize(
    ("roles", "prefix"), [(["case_officer"], "000101"), (["auditor"], "00"), (["auditor"], ""), (["operator"], "")]
)
def test_roles_that_one_person_may_hold(roles, prefix):
    assert judge_roles(roles, prefix) == []


def test_four_eyes():
    assert codes(judge_four_eyes("a", "a")) == {"same_officer"}
    assert judge_four_eyes("a", "b") == judge_four_eyes(None, "b") == []


def test_an_unknown_role_grants_nothing():
    assert permissions_of(["emperor"]) == frozenset()
