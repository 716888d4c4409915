"""Word documents to PDF with LibreOffice, one throw-away profile for each conversion."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from jointreview.domain.problems import refuse

FONTS_CONF = Path(__file__).with_name("fonts.conf")
_NAMES = ("soffice", "libreoffice")
_log = logging.getLogger(__name__)


def _office() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def office_available() -> bool:
    """Whether this machine can make PDFs."""
    return _office() is not None


def to_pdf(docx: bytes, timeout: float = 60) -> bytes:
    """The PDF of a Word document; `timeout` in seconds.

    Raises Refused `paper.office_missing` without LibreOffice, and `paper.pdf_failed` when it fails, gives no PDF or
    takes longer than `timeout`. Conversions may run at the same time: with a shared profile one of them would fail.
    """
    office = _office()
    if office is None:
        raise refuse("paper.office_missing", kind="state")
    with tempfile.TemporaryDirectory(prefix="jointreview-pdf-") as name:
        work = Path(name)
        (work / "paper.docx").write_bytes(docx)
        said = _convert(office, work, timeout)
        made = work / "paper.pdf"
        data = made.read_bytes() if made.is_file() else b""
        if not data.startswith(b"%PDF-"):
            _log.error("LibreOffice made no PDF: %s", said[-500:])
            raise refuse("paper.pdf_failed", kind="state")
        return data


def _convert(office: str, work: Path, timeout: float) -> str:
    """Run LibreOffice in `work`; gives what it said, raises Refused when it takes too long."""
    command = [
        office,
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(work), str(work / "paper.docx")),
    ]
    # LibreOffice starts children of its own: the whole group has to end with it.
    process = subprocess.Popen(
        command,
        cwd=work,
        env=_environment(work),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        _log.error("LibreOffice took longer than %s seconds", timeout)
        raise refuse("paper.pdf_failed", kind="state") from None
    return said.decode("utf-8", "replace")


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the server's environment (passwords live there) but the search path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(FONTS_CONF),
    }
