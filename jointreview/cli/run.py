"""run: migrate, build if needed and serve the product on one port."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import socket
import sys
from pathlib import Path

from jointreview.cli._certificate import addresses, ensure_certificate
from jointreview.cli._frontend import ensure_build, finished_build, serving_environment
from jointreview.cli.setup_db import migrate
from jointreview.demo.cast import DEMO_PASSWORD, shown_accounts
from jointreview.domain.problems import refuse
from jointreview.queries.accounts import any_account
from jointreview.settings import ROOT, settings
from jointreview.text import tr
from jointreview.watch import measures
from jointreview.watch.logs import server_configuration

NAME = "run"
HELP = "start the product"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Port and address, overriding the settings."""
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 for every interface")
    parser.add_argument("--workers", type=int, help="server processes; several need PostgreSQL and Redis")
    parser.add_argument("--https", action="store_true", help="serve with a certificate of one's own (for phones)")


def run(args: argparse.Namespace) -> int:
    """Prepare everything and hand the process over to the server."""
    _apply(args)
    if settings().oidc_file:
        importlib.import_module("jointreview.commands.providers").providers()  # a faulty file is told now
    check_workers()
    check_port(settings().host, settings().port)
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    migrate()
    load_demo_once()
    if finished_build() is None:
        print("Building the front end (about half a minute, only after a change) ...", flush=True)
    folder = ensure_build()
    _greet()
    os.chdir(ROOT)
    measuring = measures.prepare(settings().data_dir / "measures")
    os.execve(sys.executable, server_command(), os.environ | serving_environment(folder) | measuring)


def _apply(args: argparse.Namespace) -> None:
    if args.port:
        os.environ["JOINTREVIEW_PORT"] = str(args.port)
    if args.host:
        os.environ["JOINTREVIEW_HOST"] = args.host
    if args.workers:
        os.environ["JOINTREVIEW_WORKERS"] = str(args.workers)
    if args.https:
        os.environ["JOINTREVIEW_HTTPS"] = "true"
    settings.cache_clear()


def server_command() -> list[str]:
    """The server process: Granian with the application factory."""
    options = settings()
    return [
        sys.executable,
        *("-m", "granian"),
        *("--interface", "asgi", "--factory", "--workers", str(options.workers)),
        *(("--respawn-failed-workers",) if options.workers > 1 else ()),
        *("--host", options.host, "--port", str(options.port)),
        *("--log-level", "warning", "--log-config", str(_log_configuration())),
        *_certificate(),
        *("--workers-kill-timeout", "10"),  # an open page may hold its worker; stopping must end all the same
        "jointreview.jointreview:app",
    ]


def _log_configuration() -> Path:
    """The file that makes the server log as the product does."""
    file = settings().data_dir / "server-log.json"
    file.write_text(json.dumps(server_configuration(settings().log_format)), encoding="utf-8")
    return file


def _certificate() -> tuple[str, ...]:
    """The options that make the server speak HTTPS, where the settings ask for it."""
    options = settings()
    if not options.https:
        return ()
    certificate, key = ensure_certificate(options.data_dir / "https", options.host)
    return ("--ssl-certificate", str(certificate), "--ssl-keyfile", str(key))


def check_workers() -> None:
    """Raise Refused where several workers have nothing to share: each would keep its own pages and its own SQLite."""
    options = settings()
    missing = [
        name
        for name, there in (
            ("JOINTREVIEW_REDIS_URL", bool(options.redis_url)),
            ("JOINTREVIEW_DATABASE_URL (PostgreSQL)", options.database.startswith("postgresql")),
        )
        if not there
    ]
    if options.workers > 1 and missing:
        raise refuse("cli.workers_need", workers=options.workers, missing=", ".join(missing))


def check_port(host: str, port: int) -> None:
    """Raise Refused, naming the port and how to choose another, when something else listens on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise refuse("cli.port_taken", port=port, host=host, reason=error.strerror or str(error)) from error


def load_demo_once() -> None:
    """Load the demonstration into an empty database, in demo mode only."""
    if settings().mode != "demo" or any_account():
        return
    if importlib.util.find_spec("jointreview.demo") is None:
        return
    print("Loading the demonstration data ...", flush=True)
    importlib.import_module("jointreview.demo").load()


def _greet() -> None:
    lines = ["", f"  {tr('zh', 'ui.product')} {tr('en', 'ui.product')}: {settings().address}", ""]
    if settings().mode == "demo":
        for account in shown_accounts():
            role = tr("en", f"account.role_{account.role}")
            who = f"{account.name} {account.title}"
            lines.append(f"  {account.login:<16} {DEMO_PASSWORD:<14} {role:<20} {who}")
    if settings().https:
        others = [a for a in addresses() if not a.startswith("127.") and ":" not in a]
        lines += [
            "",
            "  HTTPS: trust this root on the phone once:",
            f"  {settings().data_dir / 'https' / 'root.crt'}",
        ]
        lines += [f"  https://{address}:{settings().port}" for address in others]
    print("\n".join(lines), flush=True)
