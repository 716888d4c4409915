"""The files of an installation: settings that exist, parts that fit together, and an nginx that reads its own."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from jointreview.cli._certificate import ensure_certificate
from jointreview.settings import ROOT, Settings

DEPLOY = ROOT / "deploy"
KNOWN = {f"JOINTREVIEW_{name.upper()}" for name in Settings.model_fields} | {"JOINTREVIEW_IMAGE"}
NGINX = Path("/usr/sbin/nginx")


def test_every_setting_named_is_one() -> None:
    for file in (
        DEPLOY / "environment.example",
        DEPLOY / "compose.yaml",
        DEPLOY / "Dockerfile",
        ROOT / "docs/deploy.md",
    ):
        named = set(re.findall(r"JOINTREVIEW_[A-Z0-9_]+", file.read_text(encoding="utf-8")))
        assert named <= KNOWN, f"{file.name}: {sorted(named - KNOWN)}"


def test_what_compose_asks_for_is_in_the_template() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / "environment.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert needed and needed <= offered


def test_the_parts_of_compose_fit_together() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services, volumes, networks = compose["services"], compose["volumes"], compose["networks"]
    assert set(services) == {"nginx", "app", "postgres", "redis", "store", "clamd"}
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= services.keys(), name
        assert set(service["networks"]) <= networks.keys(), name
        for place in service.get("volumes", []):
            source = place.split(":")[0]
            assert source in volumes or source == "./tls" or (DEPLOY / source).exists(), f"{name}: {source}"
        assert "ports" not in service or name == "nginx", "only nginx is reached from outside"
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["back"] and "healthcheck" in services[name]
    assert networks["back"]["internal"] is True
    subnet = networks["front"]["ipam"]["config"][0]["subnet"]
    assert services["app"]["environment"]["JOINTREVIEW_TRUSTED_PROXIES"] == subnet


def test_units_run_what_there_is() -> None:
    for file in DEPLOY.glob("systemd/*"):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(file, encoding="utf-8")
        assert "Unit" in unit, file.name
        if "Service" in unit:
            assert re.fullmatch(
                r"/srv/jointreview/\.venv/bin/python -m jointreview [a-z]+.*", unit["Service"]["ExecStart"]
            )
            assert unit["Service"]["User"] == "jointreview"
    assert (DEPLOY / "systemd/jointreview-backup.timer").is_file()


@pytest.mark.skipif(not NGINX.exists(), reason="nginx is not installed")
def test_nginx_reads_its_configuration(tmp_path: Path) -> None:
    main = nginx_configuration(tmp_path, application="127.0.0.1:8000", http=8080, https=8443)
    done = subprocess.run([NGINX, "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr, done.stderr


def nginx_configuration(folder: Path, application: str, http: int, https: int) -> Path:
    """The configuration of deploy/ with the addresses of one machine; answers the main file."""
    certificate, key = ensure_certificate(folder / "tls", "127.0.0.1")
    text = (DEPLOY / "nginx/jointreview.conf").read_text(encoding="utf-8")
    for old, new in (
        ("server app:8000", f"server {application}"),
        ("/etc/nginx/tls/fullchain.pem", str(certificate)),
        ("/etc/nginx/tls/key.pem", str(key)),
        ("listen 80 default_server", f"listen {http} default_server"),
        ("listen [::]:80 default_server;", ""),
        ("listen 443 ssl", f"listen {https} ssl"),
        ("listen [::]:443 ssl;", ""),
        ("/dev/stdout", str(folder / "access.log")),
        ("/dev/stderr", str(folder / "error.log")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    main = folder / "nginx.conf"
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{ }}\n"
        f"http {{ {places} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    return main
