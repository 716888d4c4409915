"""Taking a closed case out as an archive: who may, and the record of it."""

from __future__ import annotations

from pydantic import Field

from jointreview.commands.executor import Context
from jointreview.commands.registry import CaseCommand, command
from jointreview.domain.case_states import ENDED
from jointreview.models.identity import Audit


class ExportArchive(CaseCommand):
    """The case was written as a bag; `manifest` is the SHA-256 of the list of its files."""

    manifest: str = Field(pattern=r"^[0-9a-f]{64}$")


@command(title="cmd.export_archive", grants={"coordinator": None}, states=ENDED)
def export_archive(ctx: Context, cmd: ExportArchive) -> None:
    """Noted outside the case, whose chain ended with it."""
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action="case.archived",
            subject=ctx.the_case.number,
            details={"manifest": cmd.manifest},
        )
    )
