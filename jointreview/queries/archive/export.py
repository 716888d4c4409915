"""The bag of a closed case: what goes in, under which names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from jointreview.commands.archives import ExportArchive
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import load_facts
from jointreview.commands.files import document_store
from jointreview.commands.layer_answers import restricted_codes
from jointreview.commands.registry import may
from jointreview.domain.problems import Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.queries.archive.rows import Records, case_rows
from jointreview.queries.words import document_title
from jointreview.settings import settings
from jointreview.storage.bag import Piece, write_zip

PROFILE = "https://www.rfc-editor.org/rfc/rfc8493"
FORMAT = "jointreview-case-1"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r'[\\/:*?"<>|%\x00-\x1f\x7f]+')
_LONGEST = 80


def export_case(actor: Actor | None, case_id: int, target: Path, now: datetime) -> tuple[str, str]:
    """Write the zip of a closed case; answers the bag's name and the SHA-256 of its manifest.

    Without an actor it is the administrator at the server. Raises Refused for who may not and while the case is open.
    """
    with reading() as session:
        case = session.get(Case, case_id)
        if case is None:
            raise refuse("commands.no_such_case", kind="missing")
        facts = load_facts(session, case)
        if actor is not None and (problem := may(actor, ExportArchive, facts)):
            raise Refused(problem, kind="forbidden")
        if case.state not in ("concluded", "withdrawn", "refused"):
            raise refuse("archive.still_open", kind="state", number=case.number)
        catalog = case_catalog(case, now.astimezone(SHANGHAI).date())
        hidden = restricted_codes(session, [layer.code for layer in catalog.layers])
        records = case_rows(session, case_id, hidden)
        files = _files(session, case, records)
    name = _safe(f"{case.number}")
    info = {
        "Source-Organization": settings().issuer_zh,
        "External-Identifier": case.number,
        "External-Description": records["project"][0]["name"],
        "Bagging-Date": now.astimezone(SHANGHAI).date().isoformat(),
        "Bag-Software-Agent": "Joint Review 联审联验",
        "Jointreview-Format": FORMAT,
    }
    return name, write_zip(target, name, _pieces(records, files), info)


def _pieces(records: Records, files: dict[str, str]) -> Iterator[Piece]:
    for table, rows in sorted(records.items()):
        yield Piece(f"records/{table}.json", [_json(rows)])
    index = [{"path": f"data/{path}", "sha256": digest} for path, digest in sorted(files.items())]
    yield Piece("files.json", [_json(index)])
    for path, digest in sorted(files.items()):
        yield Piece(path, document_store().open(digest))


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _files(session: Session, case: Case, records: Records) -> dict[str, str]:
    """The path of every content the case names, by digest; one that the store never had is left out."""
    found: dict[str, str] = {}
    uploads = {row["id"]: row for row in records.get("upload", [])}
    for row in records.get("issueddocument", []):
        title = _safe(document_title("zh", row["title"], case))
        void = "" if row["status"] == "valid" else f" {row['status']}"
        found[f"documents/{row['id']:06d} {title} {_safe(row['number'])}{void}.docx"] = row["digest"]
    for row in records.get("material", []):
        upload = uploads[row["upload_id"]]
        found[f"materials/{_safe(row['code'])}/{row['slot']}-v{row['version']} {_safe(upload['name'])}"] = upload[
            "digest"
        ]
    for row in records.get("signature", []):
        found[f"signatures/{row['id']:06d}.png"] = row["image_digest"]
    placed = set(found.values())
    rest = {u["digest"]: _safe(u["name"]) for u in uploads.values()} | _photographs(records)
    store = document_store()
    for digest in sorted(set(_DIGEST.findall(json.dumps(records))) - placed):
        if digest in rest or store.exists(digest):
            found[f"attachments/{digest[:12]} {rest.get(digest, 'content')}"] = digest
    return found


def _photographs(records: Records) -> dict[str, str]:
    """Names of the photographs of findings, lines and notes by digest."""
    found = {}
    for rows in records.values():
        for row in rows:
            for value in row.values():
                for one in value if isinstance(value, list) else ():
                    if isinstance(one, dict) and {"digest", "name"} <= set(one):
                        found[str(one["digest"])] = _safe(str(one["name"]))
    return found


def _safe(name: str) -> str:
    stem, dot, ending = _UNSAFE.sub("_", name).strip(". ").rpartition(".")
    if not dot or len(ending) > 8:
        return f"{stem}{dot}{ending}"[:_LONGEST] or "_"
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
