"""The hall: one server for tests with cases that stand at different points of the job, at a fixed time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.web.serving import Server, start

MOMENT = "2026-05-06T09:00:00+08:00"

_PLAY = """
from jointreview.commands.executor import execute
from jointreview.demo import story
from jointreview.demo.people import stage_with_people
from jointreview.models.base import writing
from jointreview.models.identity import Agent
stage = stage_with_people()
of = [entry[0] for entry in story.STORIES]
own = [project for project in of if project.who == 'applicant']
with writing() as session:
    session.add(Agent(organisation_id=next(iter(stage.actors['applicant'].organisations)), status='active',
                      account_id=stage.actors['builder'].account_id, owner=False, created_at=stage.now))
result = {
    'reading': story.accepted(stage, own[0]),
    'waiting': story.submitted(stage, own[1]),
    'draft': story.drafted(stage, next(project for project in of if project.who == 'coldchain')),
    'marked': story.accepted(stage, story.projects.SEAFOOD),
    'shared': story.drafted(stage, own[2]),
}
"""


@dataclass
class Hall:
    """The server and its cases: in `reading`, `waiting` for acceptance, a `draft`, one `shared` by agents,
    one with drawings to be `marked`."""

    server: Server
    process: subprocess.Popen
    cases: dict[str, int]


@contextmanager
def open_hall(folder: Path) -> Iterator[Hall]:
    """Start the server and play the cases."""
    server, process = start(folder, now=MOMENT)
    hall = Hall(server, process, {})
    try:
        hall.cases = server.run(_PLAY)
        yield hall
    finally:
        hall.process.terminate()
        hall.process.wait(timeout=30)
