"""The house stays readable and bounded: small files and functions, settings read, lists with an end (13, 15)."""

from __future__ import annotations

import ast
import dataclasses
import re

from core.config import Settings
from tests.promises.test_promises import ROOT, SOURCES

LINES_OF_FILE, LINES_OF_FUNCTION = 400, 50
LOADS = ("list(session().scalars(", "list(session().execute(", "list(current.scalars(", ").all()")
# Lists that end by themselves: of one account, case, batch, meeting, province or holder; of yearbooks.
OF_ONE = {
    "of_account", "_opened", "_open", "kept_evidence", "_mark", "_at", "_of_batch", "head", "reported_audiences",
    "file_table", "_forget_files", "record_attendance", "absent_from", "windows_fit_yearbook", "yearbooks",
    "upgrade", "_pieces",
}  # fmt: skip


def functions():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path.relative_to(ROOT).as_posix(), node


def test_no_file_is_longer_than_400_lines_and_no_function_than_50():
    assert [str(path) for path in SOURCES if len(path.read_text().splitlines()) > LINES_OF_FILE] == []
    long = [
        f"{path}: {node.name}"
        for path, node in functions()
        if node.end_lineno - node.lineno + 1 > LINES_OF_FUNCTION
    ]  # fmt: skip
    assert long == []


def test_every_setting_is_read():
    text = "\n".join(path.read_text() for path in SOURCES)
    unread = [
        setting.name
        for setting in dataclasses.fields(Settings)
        if not re.search(rf'\.{setting.name}\b|"{setting.name}"|"{setting.name.upper()}"', text)
    ]
    assert set(unread) <= {"public_url"}  # the address in printed codes; read by the print run


def test_no_list_is_without_an_end():
    endless = set()
    for path, node in functions():
        if path.startswith(("core/demonstration/", "core/testing/")) or "/tests/" in path:
            continue
        text = ast.unparse(node)
        if any(load in text for load in LOADS) and not re.search(r"limit[(=]", text):
            endless.add(node.name)
    assert endless == OF_ONE


def test_every_table_says_what_it_holds():
    bare = [
        path.relative_to(ROOT).as_posix()
        for folder in ("templates", "plugins")
        for path in (ROOT / folder).rglob("*.html")
        if re.search(r"<table\b[^>]*>\s*(?!\s*<caption)", path.read_text("utf-8"))
    ]
    assert bare == []
