"""Where on a page something is missing: a rectangle on one page of one version of a material."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from jointreview.domain.problems import refuse
from jointreview.models.case import Material, Upload
from jointreview.models.identity import UNIT_ROLES

if TYPE_CHECKING:
    from jointreview.commands.executor import Context

LEAST_SIDE = 0.002
"""Of the page's width or height: anything smaller was a slip of the finger."""


class Mark(BaseModel):
    """A rectangle on a page: left, top, right, bottom as fractions of the page, from its upper left corner.

    `digest` is the content the reader had before the eyes; another content under the same id is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    material_id: int = Field(ge=1)
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    page: int = Field(ge=1, le=100_000)
    rect: tuple[float, float, float, float]

    @field_validator("rect")
    @classmethod
    def _on_the_page(cls, rect: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        left, top, right, bottom = (round(side, 4) for side in rect)
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError("not on the page")
        if min(right - left, bottom - top) < LEAST_SIDE:
            raise ValueError("too small to be seen")
        return left, top, right, bottom


def marked(ctx: Context, kind: str, subject: str, mark: Mark | None) -> dict[str, Any]:
    """The columns of a gap for its mark; empty without one.

    Raises Refused when the mark is on another material than the gap is about, on one the actor's unit does not read,
    on another content than the actor saw, on a version no longer in force, or beyond the last page.
    """
    if mark is None:
        return {}
    row = ctx.session.get(Material, mark.material_id)
    if row is None or row.case_id != ctx.case_id or kind != "material" or row.code != subject:
        raise refuse("commands.no_such_material", where="mark", kind="missing")
    if ctx.actor.role in UNIT_ROLES and ctx.actor.unit not in ctx.catalog.material(row.code).readers():
        raise refuse("commands.no_such_material", where="mark", kind="missing")
    upload = ctx.session.get_one(Upload, row.upload_id)
    if upload.digest != mark.digest:
        raise refuse("commands.mark_other_file", where="mark")
    if not row.current:
        raise refuse("commands.mark_outdated", where="mark")
    if upload.pages is not None and mark.page > upload.pages:
        raise refuse("commands.mark_no_such_page", where="mark", pages=upload.pages)
    return {
        "material_id": row.id,
        "digest": upload.digest,
        "page_no": mark.page,
        "rect": list(mark.rect),
    }
