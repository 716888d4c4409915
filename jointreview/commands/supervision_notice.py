"""The official document of a supervision card (督办单)."""

from __future__ import annotations

from jointreview.catalog.schema_supervision import SupervisionRule
from jointreview.commands.executor import Context
from jointreview.commands.issuing import common, next_number, store_document, verify_code
from jointreview.commands.notices import PAPER_LANGUAGE
from jointreview.commands.supervision_words import fact_words, unit_words
from jointreview.models.identity import Account
from jointreview.models.review import Notice
from jointreview.models.supervision import Card
from jointreview.paperwork import build, data
from jointreview.text import tr


def card_notice(ctx: Context, card: Card, rule: SupervisionRule) -> Notice:
    """督办单: whom it addresses, the rule, the facts, and by when a reply is wanted."""
    number, code = next_number(ctx, "supervision"), verify_code()
    handler = ctx.session.get(Account, card.account_id) if card.account_id else None
    said = tr(PAPER_LANGUAGE, "supervision.issued_by_rule")
    paper = data.SupervisionCard(
        **common(ctx, number, code),
        addressee=unit_words(ctx.catalog, card.unit, PAPER_LANGUAGE),
        handler=handler.name if handler else "",
        colour_label=tr(PAPER_LANGUAGE, f"supervision.colour_{card.colour}"),
        rule=f"{rule.number} {rule.name.zh}",
        formula=rule.formula_in(PAPER_LANGUAGE),
        basis=rule.basis.zh,
        facts=fact_words(ctx.catalog, rule.check, card.facts, card.reason, PAPER_LANGUAGE),
        happened_on=card.happened_on,
        issued_as=said if card.issued_by is None else tr(PAPER_LANGUAGE, "supervision.issued_by_hand"),
        reply_due=card.reply_due,
    )
    summary = {"colour": card.colour, "rule": rule.number}
    document = store_document(
        ctx, "supervision", build.title_key(paper), number, code, build.supervision_card(paper), summary
    )
    notice = Notice(
        case_id=ctx.case_id,
        kind="supervision",
        number=number,
        issued_on=ctx.today,
        due_on=card.reply_due,
        document_id=document.id,
        issued_by=ctx.actor.account_id or None,
        issued_at=ctx.now,
    )
    ctx.session.add(notice)
    ctx.session.flush()
    return notice
