"""The floor: the least Flask and driver code that does the same input and output."""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, jsonify, request

app = Flask(__name__)
_local = threading.local()
URL = os.environ.get("BENCH_FLOOR", "")


def connection() -> Any:
    """One connection a thread, as a pool would give."""
    if not hasattr(_local, "connection"):
        if URL.startswith("postgresql"):
            _local.connection = psycopg.connect(URL)
        else:
            _local.connection = sqlite3.connect(URL, timeout=15)
            _local.connection.execute("PRAGMA journal_mode=WAL")
            _local.connection.execute("PRAGMA synchronous=NORMAL")
    return _local.connection


MARK = "%s" if URL.startswith("postgresql") else "?"


@app.post("/insert")
def insert() -> Any:
    """A bare insert of what was sent, committed."""
    open_ = connection()
    open_.execute(f"INSERT INTO bench_floor (body) VALUES ({MARK})", (request.get_data(as_text=True),))
    open_.commit()
    return jsonify(state="submitted")


@app.post("/select")
def select() -> Any:
    """A bare select by primary key."""
    number = request.get_json()["number"]
    row = connection().execute(f"SELECT * FROM certificate_number WHERE number = {MARK}", (number,)).fetchone()
    connection().rollback()
    return jsonify(result="valid" if row else "no_record", row=[str(cell) for cell in row or ()])


@app.get("/figures")
def figures() -> Any:
    """A bare sum of the running figures of cases."""
    rows = (
        connection()
        .execute("SELECT province_code, key, sum(amount) FROM tally WHERE name = 'case' AND place = '' GROUP BY 1, 2")
        .fetchall()
    )
    connection().rollback()
    return jsonify(rows=len(rows))


@app.get("/queue")
def queue() -> Any:
    """A bare page of fifty rows."""
    rows = (
        connection()
        .execute(
            "SELECT reference, person_name, document_masked, kind, subject, institution_code, state, check_state,"
            " due_on, submitted_at FROM recognition_case WHERE submitted_at IS NOT NULL ORDER BY submitted_at LIMIT 50"
        )
        .fetchall()
    )
    connection().rollback()
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<!doctype html><title>bench</title><table>{cells}</table>"
