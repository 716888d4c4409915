"""What the test run needs beside Python: distribution packages, and the catalogue's own check."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# Distribution package -> whether it is there.
PACKAGES = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-cjk": lambda: _has_font("Noto Sans CJK SC"),
    "fonts-arphic-ukai": lambda: _has_font("AR PL UKai"),
    "libreoffice-writer-nogui": lambda: shutil.which("soffice") is not None and _has_writer(),
    "libmagic1": lambda: _has_library("libmagic.so.1"),
    "poppler-utils": lambda: shutil.which("pdftoppm") is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "nginx-light": lambda: Path("/usr/sbin/nginx").exists(),
}


def _has_font(family: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)
    return family in listed.stdout


def _has_writer() -> bool:
    return any(Path(root).glob("lib*/libreoffice/program/libswlo.so") for root in ("/usr", "/opt"))


def _has_library(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def system() -> int:
    """Install the missing packages as root on a Debian system; otherwise name them and fail."""
    missing = [name for name, present in PACKAGES.items() if not present()]
    if not missing:
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"The tests need these packages of the distribution: {' '.join(missing)}", file=sys.stderr)
        print(f"On Debian: sudo apt-get install --no-install-recommends {' '.join(missing)}", file=sys.stderr)
        return 1
    print(f"Installing {' '.join(missing)} ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return done.returncode
    return 0


def catalogue() -> int:
    """Run the catalogue's check."""
    if importlib.util.find_spec("jointreview.cli.catalog") is None:
        return 0
    return subprocess.run([sys.executable, "-m", "jointreview", "catalog", "check"], check=False).returncode


if __name__ == "__main__":
    sys.exit({"system": system, "catalogue": catalogue}[sys.argv[1]]())
