"""Organisations and agents as the page's state holds them."""

from __future__ import annotations

from typing import TypedDict
from zoneinfo import ZoneInfo

from jointreview.queries.organisations import AgentView, OrganisationView
from jointreview.text import tr

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TONES = {"active": "good", "requested": "warn", "over": "bad", "ended": "neutral"}


class AgentRow(TypedDict):
    """An agent in words; `may_admit` and `may_end` tell what the reader can do."""

    id: str
    organisation: str
    credit_code: str
    name: str
    mobile: str
    standing: str
    tone: str
    until: str
    asked: str
    letter: str
    letter_href: str
    may_admit: bool
    may_end: bool


class OrganisationRow(TypedDict):
    """An organisation in words; `owner` tells that the reader admits its agents."""

    id: str
    name: str
    credit_code: str
    standing: str
    tone: str
    until: str
    note: str
    owner: bool
    letter: str
    letter_href: str
    agents: list[AgentRow]


def agent_row(view: AgentView, lang: str) -> AgentRow:
    """One agent."""
    standing = "owner" if view.owner and view.standing == "active" else view.standing
    until = tr(lang, "organisation.no_end")
    if view.valid_until:
        until = tr(lang, "organisation.until", day=view.valid_until.isoformat())
    return AgentRow(
        id=str(view.agent_id),
        organisation=view.organisation,
        credit_code=view.credit_code,
        name=tr(lang, "organisation.myself", name=view.name) if view.myself else view.name,
        mobile=view.mobile,
        standing=tr(lang, f"organisation.standing_{standing}"),
        tone=_TONES[view.standing],
        until=until if view.standing in ("active", "over") else "",
        asked=tr(lang, "organisation.asked", when=f"{view.asked_at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"),
        letter=view.letter,
        letter_href=f"/api/letters/{view.agent_id}",
        may_admit=view.standing == "requested" and not view.myself,
        may_end=view.standing != "ended" and not view.myself,
    )


def organisation_row(view: OrganisationView, lang: str) -> OrganisationRow:
    """One organisation with its agents, those who no longer act at the end; requests stand in a list of their own."""
    mine = agent_row(view.mine, lang) if view.mine else None
    owner = view.mine is not None and view.mine.owner and view.mine.standing == "active"
    standing = ("owner" if owner else view.mine.standing) if view.mine else ""
    agents = sorted((a for a in view.agents if a.standing != "requested"), key=lambda a: a.standing == "ended")
    return OrganisationRow(
        id=str(view.id),
        name=view.name,
        credit_code=view.credit_code,
        standing=mine["standing"] if mine else "",
        tone=mine["tone"] if mine else "neutral",
        until=mine["until"] if mine else "",
        note=tr(lang, f"organisation.note_{standing}") if standing else "",
        owner=owner,
        letter=mine["letter"] if mine else "",
        letter_href=mine["letter_href"] if mine else "",
        agents=[agent_row(a, lang) for a in agents],
    )
