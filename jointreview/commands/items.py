"""The items of a case as they are for its answers: fire acceptance or filing, for example, is one item."""

from __future__ import annotations

from jointreview.catalog.form_items import as_for
from jointreview.catalog.schema import Item
from jointreview.commands.executor import Context
from jointreview.commands.form_values import form_values


def item_of(ctx: Context, code: str) -> Item:
    """The item of that code with the variant that holds for this case's form."""
    return as_for(ctx.catalog.item(code), form_values(ctx.session, ctx.case_id))
