"""The registry as a table that people can read: who may do what, and when."""

from __future__ import annotations

import inspect

from jointreview.commands.all import RULES
from jointreview.domain.case_states import CaseState
from jointreview.models.identity import ROLES
from jointreview.text import tr


def permission_table() -> str:
    """The table of docs/permissions.md: one row a command, one column a role, the states, the extra checks."""
    roles = (*ROLES, "system")
    head = ["command", "办理事项", *roles, "kinds 类别", "states 环节", "checks"]
    lines = [
        "# Who may do what, and when",
        "",
        "Made from the command registry by `python -m jointreview permissions`; a test holds it to the registry.",
        "A role's cell names the relation it must have to the case; `any` means every case it can see.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
    ]
    for rule in sorted(RULES.values(), key=lambda r: r.name):
        cells = [rule.name, tr("zh", rule.title)]
        for role in roles:
            relation = rule.grants.get(role)
            cells.append("" if role not in rule.grants else (relation.__name__ if relation else "any"))
        cells.append(", ".join(sorted(rule.kinds)) if rule.on_case else "—")
        cells.append(", ".join(s.value for s in CaseState if s in rule.states) if rule.on_case else "—")
        cells.append("; ".join(_first_line(c) for c in rule.checks))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _first_line(check: object) -> str:
    return (inspect.getdoc(check) or "").splitlines()[0]
