"""People with their open work and posts lent, as the page's state holds them."""

from __future__ import annotations

from typing import TypedDict

from jointreview.queries.handover import Carrier, LentPost, PostHeld
from jointreview.queries.words import day_words
from jointreview.text import tr
from jointreview.ui.components.filters import Option


class CarrierRow(TypedDict):
    """A person with posts and open work in words; `takers` are the choices of the dialog."""

    id: str
    login: str
    name: str
    standing: str
    posts: list[str]
    work: str
    takers: list[Option]


class LentRow(TypedDict):
    """A post lent from a day to a day."""

    id: str
    holder: str
    deputy: str
    post: str
    days: str
    reason: str
    endable: bool


def post_words(post: PostHeld, lang: str) -> str:
    """Role, unit and title of a post."""
    return " · ".join(part for part in (tr(lang, f"account.role_{post.role}"), post.unit, post.title) if part)


def carrier_row(found: Carrier, lang: str) -> CarrierRow:
    """A person; somebody without open work may still hand posts over."""
    open_work = found.visits or found.cases
    return CarrierRow(
        id=str(found.account_id),
        login=found.login,
        name=found.name,
        standing="" if found.active else tr(lang, "admin.standing_closed"),
        posts=[post_words(post, lang) for post in found.posts],
        work=tr(lang, "handover.work" if open_work else "handover.no_work", visits=found.visits, cases=found.cases),
        takers=[
            Option(
                value=str(taker.account_id),
                name=taker.name if taker.same_posts else tr(lang, "handover.taker_without", name=taker.name),
            )
            for taker in found.takers
        ],
    )


def lent_row(found: LentPost, lang: str) -> LentRow:
    """A delegation with its days in full."""
    days = tr(
        lang,
        "people.row_days",
        from_on=day_words(lang, found.from_on),
        until_on=day_words(lang, found.until_on),
    )
    return LentRow(
        id=str(found.delegation_id),
        holder=found.holder,
        deputy=found.deputy,
        post=post_words(found.post, lang),
        days=days,
        reason=found.reason or "—",
        endable=found.endable,
    )
