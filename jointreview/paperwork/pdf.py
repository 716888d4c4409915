"""Office documents to PDF with LibreOffice, one throw-away profile for each conversion."""

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
_FILTERS = {"docx": "pdf:writer_pdf_Export", "xlsx": "pdf:calc_pdf_Export"}
# No macro, no picture or text fetched from another file or host, and no way out but a closed port.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""
_log = logging.getLogger(__name__)


def _office() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def office_available() -> bool:
    """Whether this machine can make PDFs."""
    return _office() is not None


def to_pdf(content: bytes, timeout: float = 60, ending: str = "docx") -> bytes:
    """The PDF of a Word document, or of a workbook (`ending` xlsx); `timeout` in seconds.

    Raises Refused `paper.office_missing` without LibreOffice, and `paper.pdf_failed` when it fails, gives no PDF or
    takes longer than `timeout`. Conversions may run at the same time: with a shared profile one of them would fail.
    """
    office = _office()
    if office is None:
        raise refuse("paper.office_missing", kind="state")
    with tempfile.TemporaryDirectory(prefix="jointreview-pdf-") as name:
        work = Path(name)
        (work / f"paper.{ending}").write_bytes(content)
        said = _convert(office, work, timeout, ending)
        made = work / "paper.pdf"
        data = made.read_bytes() if made.is_file() else b""
        if not data.startswith(b"%PDF-"):
            _log.error("LibreOffice made no PDF: %s", said[-500:])
            raise refuse("paper.pdf_failed", kind="state")
        return data


def _convert(office: str, work: Path, timeout: float, ending: str) -> str:
    """Run LibreOffice in `work`; gives what it said, raises Refused when it takes too long."""
    settings = work / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    command = [
        office,
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", _FILTERS[ending], "--outdir", str(work), str(work / f"paper.{ending}")),
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
