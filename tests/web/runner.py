"""Runs Python in a server's environment: one process has imported the product, its copies run the code."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import Any

from jointreview.settings import ROOT

_PROGRAM = """
import json, os, sys, traceback
import jointreview.cli.setup_db, jointreview.commands.identity, jointreview.demo.people, jointreview.demo.story
from jointreview.catalog.loader import load_catalog
from jointreview.settings import settings

load_catalog()
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what the code prints is no answer
for line in sys.stdin:
    asked = json.loads(line)
    ready, tell = os.pipe()
    if (copy := os.fork()) == 0:
        os.environ.clear()
        os.environ.update(asked["environment"])
        settings.cache_clear()
        space = {"__name__": "__main__", "args": asked["args"], "result": None}
        try:
            exec(compile(asked["code"], "<asked>", "exec"), space)
            said = json.dumps({"result": space["result"]})
        except BaseException:
            said = json.dumps({"fault": traceback.format_exc()})
        with os.fdopen(tell, "w") as out:
            out.write(said)
        sys.stdout.flush()
        os._exit(0)
    os.close(tell)
    with os.fdopen(ready) as into:
        said = into.read()
    os.waitpid(copy, 0)
    print(said or json.dumps({"fault": "the process ended without an answer"}), file=answers, flush=True)
"""


@functools.cache
def _imported() -> subprocess.Popen[str]:
    """The process that waits for code; it ends with this one, whose end it reads."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def run(code: str, environment: dict[str, str], args: tuple[Any, ...]) -> Any:
    """What the code leaves in `result`; `args` is there as the list `args`. Nothing of one piece is left to the next.

    Raises AssertionError with the traceback when the code fails.
    """
    process = _imported()
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"code": code, "environment": environment, "args": args}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline() or '{"fault": "the runner has ended"}')
    assert "fault" not in answer, answer["fault"]
    return answer["result"]
