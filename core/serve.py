"""Serving the sites: the embedded server of both with jobs in-process, one site alone, RQ workers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from typing import Any

import click
import waitress
from flask import Flask

from core.app import Site, create_app, resources, silence_werkzeug
from core.config import Settings, load
from core.foundation import queues, schema
from core.foundation.db import db
from core.foundation.scheduler import Runner
from core.hooks import box
from core.hooks.discovery import present
from core.hooks.models import slow_provinces
from core.rulesets.loader import provinces

# Larger than anything allowed, so that it is the site that answers "too large", with a page.
LARGEST_BODY = 512 * 1024 * 1024


def _free(host: str, port: int, variable: str) -> None:
    """Raise a clear line when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise click.ClickException(
                f"port {port} on {host} is in use; stop what uses it or set {variable} to another port"
            ) from taken


def _server(app: Flask, host: str, port: int) -> Any:
    return waitress.create_server(
        app,
        host=host,
        port=port,
        threads=8,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        channel_timeout=30,
    )


def prepare(app: Flask) -> None:
    """Bring the schema up to date, the provinces' tables too."""
    with app.app_context():
        folder = resources() / "migrations"
        if not schema.is_current(db.engine, folder):
            schema.upgrade(db.engine, folder)
        present().migrate(db.engine)


def free_ports(settings: Settings) -> None:
    """Raise a clear line when a site's port is taken."""
    _free(settings.public_host, settings.public_port, "XINGTAN_PUBLIC_PORT")
    _free(settings.staff_host, settings.staff_port, "XINGTAN_STAFF_PORT")


def serve_both(settings: Settings, announce: str = "") -> None:
    """Both sites and the job runner in this process, until Ctrl-C or SIGTERM."""
    free_ports(settings)
    silence_werkzeug()
    apps = {"public": create_app("public", settings), "staff": create_app("staff", settings)}
    prepare(apps["staff"])
    servers = [
        _server(apps["public"], settings.public_host, settings.public_port),
        _server(apps["staff"], settings.staff_host, settings.staff_port),
    ]
    signal.signal(signal.SIGTERM, _interrupt)
    threads = [threading.Thread(target=server.run, daemon=True) for server in servers]
    with Runner(apps["staff"]):
        for thread in threads:
            thread.start()
        click.echo(announce or _where(settings))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            click.echo("\nstopping")
        for server in servers:
            server.close()


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _where(settings: Settings) -> str:
    return (
        f"public site  http://{settings.public_host}:{settings.public_port}/\n"
        f"staff site   http://{settings.staff_host}:{settings.staff_port}/\n"
        "Ctrl-C stops both."
    )


@click.command()
def run() -> None:
    """Serve both sites with jobs in-process; brings the schema up to date first."""
    serve_both(load())


@click.command()
@click.argument("site", type=click.Choice(["public", "staff"]))
def serve(site: Site) -> None:
    """Serve one site with the embedded server (production: gunicorn, see docs/deploy.md)."""
    settings = load()
    host = settings.public_host if site == "public" else settings.staff_host
    port = settings.public_port if site == "public" else settings.staff_port
    _free(host, port, f"XINGTAN_{site.upper()}_PORT")
    silence_werkzeug()
    _server(create_app(site, settings), host, port).run()


@click.command()
@click.option("--pause", default=0.5, show_default=True, help="Seconds between two looks at the outbox.")
def relay(pause: float) -> None:
    """Hand due messages to the provinces' RQ queues, until stopped. Any number may run."""
    settings = load()
    if settings.embedded:
        raise click.ClickException("XINGTAN_REDIS_URL is not set: jobs run in-process, no relay is needed")
    app = create_app("staff", settings)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        queues.relay_for_ever(app, pause, slow_provinces)
    except KeyboardInterrupt:
        sys.exit(0)


@click.command()
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
@click.option("--lane", type=click.Choice(queues.LANES), default="both", show_default=True, help="Which queues.")
def work(burst: bool, lane: str) -> None:
    """Run an RQ worker over every province's queue, fairly served. Any number may run.

    Calls to a province's systems have 5 seconds; a province that needs 2, and plugins' own jobs, go through
    the slow lane, 40 seconds each and one at a time for a province. Run at least one worker of each lane.
    """
    settings = load()
    if settings.embedded:
        raise click.ClickException("XINGTAN_REDIS_URL is not set: jobs run in-process, no worker is needed")
    os.environ.setdefault("OBJC_DISABLE_INITIALIZE_FORK_SAFETY", "YES")
    app = create_app("staff", settings)
    bench = queues.Bench(app, slow_provinces, lambda slowly: box.use(box.SLOW if slowly else box.USUAL))
    queues.work(app, bench, queues.queue_names(("00", *provinces()), lane), burst)


command = (run, serve, relay, work)
