"""From an act to its dialog and from what was entered to the command."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any

import pydantic

from jointreview.commands.all import RULES
from jointreview.commands.registry import Command
from jointreview.queries.dossier import Offered, views
from jointreview.text import for_kind, tr
from jointreview.ui.components.faults import Fault
from jointreview.ui.pages.case.acts import DIALOGS, Ask, snake

# Known from the row or the panel in which an act was opened, so no dialog asks for them.
NOT_ENTERED = frozenset({"gap_id", "finding_id", "consultation_id", "unit", "pause_id", "extension_id", "member_id"})
COMMANDS: dict[str, type[Command]] = {kind.__name__: kind for kind in RULES}


def dialog_of(
    lang: str, name: str, offered: Offered, kind: str = "acceptance", about: Container[str] = ()
) -> views.Dialog:
    """The dialog of an act on a case of that kind, in words: consequences, fields with what is proposed.

    What the act is `about` is known from where it was opened and is not asked for.
    """
    spec, part = DIALOGS[name], snake(name)
    title = tr(lang, for_kind(f"cmd.{part}", kind))
    return views.Dialog(
        name=name,
        title=title,
        text=tr(lang, for_kind(f"case.confirm_{part}", kind)),
        confirm=title,
        grave=spec.grave,
        target=0,
        fields=[_field(lang, ask, offered) for ask in spec.fields if ask.name not in about],
        preview=offered["preview"],
    )


def _field(lang: str, ask: Ask, offered: Offered) -> views.DialogField:
    label = tr(lang, f"case.field_{ask.name}")
    return views.DialogField(
        name=ask.name,
        label=label if ask.required else tr(lang, "case.optional", label=label),
        kind=ask.kind,
        required=ask.required,
        value=offered["values"].get(ask.name, ""),
        hint=offered["hints"].get(ask.name, ""),
        options=offered["options"].get(ask.name, []),
    )


def left_open(kept: str, case_id: int) -> tuple[str, dict[str, Any]] | None:
    """The dialog that the tab had open on this case, as it remembers; None for none, and for nonsense."""
    try:
        of, name, about = json.loads(kept)
        sound = of == case_id and name in DIALOGS and all(_known(key, value) for key, value in about.items())
    except (ValueError, TypeError, AttributeError):
        return None
    return (name, about) if sound else None


def _known(key: str, value: Any) -> bool:
    numbers = (NOT_ENTERED - {"unit"}) | {"assignment_id", "card_id"}
    return type(value) is int if key in numbers else key == "unit" and type(value) is str


def built(name: str, case_id: int, about: dict[str, Any], form: dict[str, Any], uploads: list[int]) -> Command:
    """The command of a filled dialog; raises pydantic.ValidationError for what does not fit."""
    kind = COMMANDS[name]
    values: dict[str, Any] = {"case_id": case_id}
    values |= {field: value for field, value in about.items() if field in kind.model_fields}
    for ask in DIALOGS[name].fields:
        if ask.name in about:
            continue
        if ask.kind == "photos":
            values[ask.name] = uploads
        elif ask.kind == "file":
            values[ask.name] = uploads[-1] if uploads else None
        elif str(form.get(ask.name) or "").strip() or ask.required:
            values[ask.name] = str(form.get(ask.name) or "")
    return kind.model_validate(values)


def faults_in(lang: str, error: pydantic.ValidationError) -> list[Fault]:
    """What does not fit, field by field, in words."""
    return [_fault(lang, found) for found in error.errors(include_input=False)]


def _fault(lang: str, found: Any) -> Fault:
    where = str(found["loc"][0]) if found["loc"] else ""
    label = tr(lang, f"case.field_{where}") if any(_asks(where)) else where
    limits = found.get("ctx", {})
    if found["type"] == "string_too_short":
        text = tr(lang, "case.too_short", label=label, least=limits.get("min_length", 1))
    elif found["type"] == "string_too_long":
        text = tr(lang, "case.too_long", label=label, most=limits.get("max_length", 0))
    else:
        text = tr(lang, "case.not_valid", label=label)
    return Fault(text=text, where=where)


def _asks(name: str) -> list[Ask]:
    return [ask for spec in DIALOGS.values() for ask in spec.fields if ask.name == name]
