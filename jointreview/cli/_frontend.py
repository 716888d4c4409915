"""Building the front end once for each state of its inputs, and where a finished build lies."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

from jointreview.domain.problems import refuse
from jointreview.settings import ROOT

BUILDS = ROOT / ".build" / "front"
KEPT_BUILDS = 3
_INPUT_FOLDERS = ("jointreview/ui", "jointreview/text", "assets")
# Of the lock folder only the lock: a build writes package.json anew, each time in another layout.
_INPUT_FILES = ("rxconfig.py", "jointreview/jointreview.py", "reflex.lock/package-lock.json")
_SUFFIXES_LEFT_OUT = {".pyc"}


def inputs_hash() -> str:
    """A hash over everything the front end is made of: pages, texts, assets, configuration, lock, Reflex."""
    digest = hashlib.sha256(version("reflex").encode())
    for path in _input_files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _input_files() -> list[Path]:
    found = [ROOT / name for name in _INPUT_FILES if (ROOT / name).is_file()]
    for folder in _INPUT_FOLDERS:
        found += [
            path
            for path in (ROOT / folder).rglob("*")
            # Reflex links shared assets of packages and modules into assets/external.
            if path.is_file() and path.suffix not in _SUFFIXES_LEFT_OUT and "external" not in path.parts
        ]
    return sorted(found)


def finished_build() -> Path | None:
    """The folder of the build for the present inputs; None while there is none."""
    folder = BUILDS / inputs_hash()
    return folder if (folder / "build" / "client" / "index.html").is_file() else None


def ensure_build() -> Path:
    """The folder of the build for the present inputs, made now if need be; raises Refused when it fails."""
    if folder := finished_build():
        return folder
    _compile()
    # The first build of a checkout may complete the lock file, which is one of the inputs.
    folder = BUILDS / inputs_hash()
    _publish(folder)
    return folder


def _compile() -> None:
    """Compile in a process of its own: Reflex keeps global state and ends the process on a fault."""
    script = (
        "from reflex.utils import prerequisites as p, export as e\n"
        "import rxconfig\n"
        "p.initialize_reflex_user_directory(); p.initialize_frontend_dependencies()\n"
        "e.export(zipping=False, backend=False)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=build_environment(), check=False)
    if done.returncode != 0:
        raise refuse("cli.build_failed")


def build_environment() -> dict[str, str]:
    """The environment for building: Node beside this Python, npm's own registry, Reflex's folder in the checkout."""
    environment = dict(os.environ)
    environment["PATH"] = sysconfig.get_path("scripts") + os.pathsep + environment.get("PATH", "")
    environment["REFLEX_DIR"] = str(ROOT / ".build" / "reflex")
    environment["REFLEX_TELEMETRY_ENABLED"] = "false"
    environment["REFLEX_CHECK_LATEST_VERSION"] = "false"
    environment["PYTHONPATH"] = str(ROOT)
    environment.setdefault("NPM_CONFIG_FETCH_RETRIES", "3")
    if "NPM_CONFIG_REGISTRY" not in environment:
        # Otherwise Reflex would measure two public registries and choose by itself.
        asked = subprocess.run(
            ["npm", "config", "get", "registry"], env=environment, capture_output=True, text=True, check=False
        )
        environment["NPM_CONFIG_REGISTRY"] = asked.stdout.strip() or "https://registry.npmjs.org/"
    return environment


def _publish(folder: Path) -> None:
    """Copy the result beside the others and give it its name last: a server never sees half a build."""
    web = ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for part in ("build/client", "backend"):
        if (web / part).is_dir():
            shutil.copytree(web / part, fresh / part)
    # map sheets carry Leaflet inside, in the version the pages use
    shutil.copytree(web / "node_modules/leaflet/dist", fresh / "leaflet", ignore=shutil.ignore_patterns("*.map"))
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    builds = sorted((path for path in BUILDS.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in builds[:-KEPT_BUILDS]:
        shutil.rmtree(old, ignore_errors=True)


def serving_environment(folder: Path) -> dict[str, str]:
    """The environment that lets the server use a finished build without compiling again."""
    return {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_WEB_WORKDIR": str(folder),
        "REFLEX_DIR": str(ROOT / ".build" / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }
