"""Erasing what was kept long enough (catalogue: retention.yaml): found by age, removed with an act on record.

The act says of what kind, how many and older than when; nothing in it points to a person. Rows that the ledger seals
are named in it by number, so that their seals, which stay, are known to be without a row. Cases that were ever
submitted, their files and the record of administrative acts are not among the kinds.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, tuple_
from sqlalchemy import select as plain_select
from sqlmodel import Session, SQLModel, col, func, select

from jointreview.commands.audit import ERASED
from jointreview.commands.files import document_store
from jointreview.commands.passwords import hash_password
from jointreview.commands.storage_check import named_digests
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.problems import Refused
from jointreview.domain.retention import as_ranges
from jointreview.models.appointment import Appointment, CalendarFeed
from jointreview.models.base import reading, writing
from jointreview.models.case import Case, FormSection, Upload
from jointreview.models.document_read import DocumentRead
from jointreview.models.event import Event, IdempotencyKey, Notification, OutboxMessage
from jointreview.models.identity import AccessToken, Account, Audit, LinkedIdentity, RecoveryCode, SecondFactor
from jointreview.models.ledger import SEALED
from jointreview.models.upload import ContentScan, UploadSession

AT_ONCE = 200
SIGN_INS = ("account.signed_in", "account.signed_out", "account.session_ended", "account.sessions_ended")
LOCKS = ("account.locked", "account.factor_locked")
_PERSONAL_LOGIN = re.compile(r"1[3-9]\d{9}|.+@.+")
_NAMES_ITSELF = frozenset({"upload", "content_scan", "upload_session", "ledger"})
_NEVER_WITH_A_DRAFT = frozenset(
    {"case", "case_lock", "issueddocument", "delivery", "certificate", "building", "project", "upload"}
)
_SEALED_TABLES = {table.__tablename__: kind for kind, (table, _) in SEALED.items()}

Keys = list[Any]


@dataclass
class Gone:
    """What one transaction erased: how many, sealed rows by kind, content that may be nobody's now."""

    count: int = 0
    sealed: dict[str, set[int]] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Kind:
    """How a kind is found, oldest first, and removed."""

    find: Callable[[Session, datetime], Keys]
    remove: Callable[[Session, Keys], Gone]


def due(kind: str, before: datetime) -> int:
    """How many of a kind are older than `before`."""
    with reading() as session:
        return len(KINDS[kind].find(session, before))


def erase(kind: str, before: datetime, now: datetime) -> int:
    """Erase everything of a kind older than `before`; answers how many. Each transaction leaves its act on record."""
    total, way = 0, KINDS[kind]
    while True:
        # Most days there is nothing: nobody's writing waits for a search that finds that out.
        if not due(kind, before):
            return total
        with writing() as session:
            keys = way.find(session, before)[:AT_ONCE]
            gone = way.remove(session, keys) if keys else Gone()
            if keys:
                session.add(_act(kind, gone, before, now))
        total += gone.count
        _remove_content(gone.digests)


def record_files(kind: str, count: int, before: datetime, now: datetime) -> None:
    """The act for what lay outside the database."""
    with writing() as session:
        session.add(_act(kind, Gone(count), before, now))


def _act(kind: str, gone: Gone, before: datetime, now: datetime) -> Audit:
    details: dict[str, Any] = {"count": gone.count, "older_than": before.date().isoformat()}
    if gone.sealed:
        details["sealed"] = {name: as_ranges(ids) for name, ids in sorted(gone.sealed.items())}
    return Audit(at=now, action=ERASED, subject=kind, details=details)


def _remove_content(digests: set[str]) -> None:
    """Remove content that no row names any more; locked content stays, and what a store keeps the check finds."""
    if not digests:
        return
    with reading() as session:
        nobodys = digests - named_digests(session)
    for digest in sorted(nobodys):
        try:
            document_store().delete(digest)
        except Refused as refusal:
            if refusal.problems[0].key != "files.locked" and refusal.kind not in ("missing", "state"):
                raise


def _newest(session: Session, table: Table) -> Any:
    """The highest number of a table. Its row stays: SQLite would give the number to the next row, and seals name rows
    by number."""
    return session.connection().execute(plain_select(func.max(table.c.id))).scalar()


def _old_drafts(session: Session, before: datetime) -> Keys:
    saved = select(func.max(FormSection.saved_at)).where(FormSection.case_id == Case.id).scalar_subquery()
    told = select(func.max(Event.at)).where(Event.case_id == Case.id).scalar_subquery()
    found = session.exec(
        select(Case.id)
        .where(Case.state == CaseState.DRAFT.value, col(Case.submitted_at).is_(None), Case.state_since < before)
        .where(func.coalesce(saved, Case.state_since) < before, func.coalesce(told, Case.state_since) < before)
        .order_by(col(Case.id))
    ).all()
    return [case_id for case_id in found if _may_go(session, case_id, _rows_below(session, case_id))]


def _may_go(session: Session, case_id: Any, below: dict[Table, list[tuple[Any, ...]]]) -> bool:
    """Whether nothing but what a draft consists of hangs on it, and nothing of it is the newest of its table."""
    if _NEVER_WITH_A_DRAFT & {table.name for table in below}:
        return False
    numbered = {table: rows for table, rows in below.items() if table.name in _SEALED_TABLES}
    numbered[SQLModel.metadata.tables["case"]] = [(case_id,)]
    return all((_newest(session, table),) not in rows for table, rows in numbered.items())


def _rows_below(session: Session, case_id: Any) -> dict[Table, list[tuple[Any, ...]]]:
    """Every row that hangs on a case, directly or through others, by table; parents come first."""
    start = SQLModel.metadata.tables["case"]
    found: dict[Table, list[tuple[Any, ...]]] = {start: [(case_id,)]}
    for table in SQLModel.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        for link in table.foreign_keys:
            above = found.get(link.column.table)
            if above is None or link.column.table is table:
                continue
            asked = plain_select(*keys).where(link.parent.in_([key[0] for key in above]))
            rows = [tuple(row) for row in session.connection().execute(asked)]
            if rows:
                found[table] = list(dict.fromkeys([*found.get(table, []), *rows]))
    again = plain_select(start.c.id).where(start.c.previous_case_id == case_id)
    if session.connection().execute(again).first() is not None:
        found[SQLModel.metadata.tables["project"]] = []  # another case builds on it: it stays
    del found[start]
    return found


def _remove_drafts(session: Session, keys: Keys) -> Gone:
    gone = Gone(len(keys))
    for case_id in keys:
        below = _rows_below(session, case_id)
        for table, rows in reversed(below.items()):
            if kind := _SEALED_TABLES.get(table.name):
                gone.sealed.setdefault(kind, set()).update(row[0] for row in rows)
            if table.name == "signature":
                images = plain_select(table.c.image_digest).where(table.c.case_id == case_id)
                gone.digests |= set(session.connection().execute(images).scalars())
            _delete(session, table, rows)
        _delete(session, SQLModel.metadata.tables["case"], [(case_id,)])
    return gone


def _delete(session: Session, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    keys, wanted = list(table.primary_key.columns), list(rows)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        condition = keys[0].in_([row[0] for row in some]) if len(keys) == 1 else tuple_(*keys).in_(some)
        session.connection().execute(delete(table).where(condition))


def _unused_uploads(session: Session, before: datetime) -> Keys:
    newest = _newest(session, SQLModel.metadata.tables["upload"])
    asked = select(Upload.id, Upload.digest).where(Upload.created_at < before, Upload.id != newest)
    for table in SQLModel.metadata.tables.values():
        for link in table.foreign_keys:
            if link.column.table.name == "upload" and table.name != "upload_session":
                asked = asked.where(~plain_select(link.parent).where(link.parent == Upload.id).exists())
    found = session.exec(asked.order_by(col(Upload.id))).all()
    if not found:
        return []
    used = named_digests(session, _NAMES_ITSELF)  # photographs, letters, papers are named by their content
    return [upload_id for upload_id, digest in found if digest not in used]


def _remove_uploads(session: Session, keys: Keys) -> Gone:
    digests = set(session.exec(select(Upload.digest).where(col(Upload.id).in_(keys))).all())
    _drop(session, UploadSession, col(UploadSession.upload_id).in_(keys))
    _drop(session, Upload, col(Upload.id).in_(keys))
    left = set(session.exec(select(Upload.digest).where(col(Upload.digest).in_(digests))).all())
    _drop(session, ContentScan, col(ContentScan.digest).in_(digests - left))
    return Gone(len(keys), {"upload": set(keys)} if keys else {}, digests)


def _drop(session: Session, table: type[SQLModel], condition: Any) -> None:
    session.connection().execute(delete(table).where(condition))


def _plain(table: Any, *conditions: Callable[[datetime], Any], sealed: str = "") -> Kind:
    """Rows of one table that hang on nothing and nothing hangs on."""

    def find(session: Session, before: datetime) -> Keys:
        asked = select(table.id).where(*(condition(before) for condition in conditions)).order_by(col(table.id))
        found = list(session.exec(asked).all())
        newest = _newest(session, SQLModel.metadata.tables[table.__tablename__]) if sealed and found else None
        return [key for key in found if key != newest]

    def remove(session: Session, keys: Keys) -> Gone:
        _drop(session, table, col(table.id).in_(keys))
        return Gone(len(keys), {sealed: set(keys)} if sealed and keys else {})

    return Kind(find, remove)


def _old_notices(session: Session, before: datetime) -> Keys:
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.notification_id == Notification.id, col(OutboxMessage.status).in_(("waiting", "sending"))
    )
    asked = select(Notification.id).where(Notification.at < before, ~waiting.exists()).order_by(col(Notification.id))
    return list(session.exec(asked).all())


def _remove_notices(session: Session, keys: Keys) -> Gone:
    _drop(session, OutboxMessage, col(OutboxMessage.notification_id).in_(keys))
    _drop(session, Notification, col(Notification.id).in_(keys))
    return Gone(len(keys))


def _old_requests(session: Session, before: datetime) -> Keys:
    asked = select(IdempotencyKey.key, IdempotencyKey.account_id).where(IdempotencyKey.at < before)
    return [tuple(row) for row in session.exec(asked).all()]


def _remove_requests(session: Session, keys: Keys) -> Gone:
    _delete(session, SQLModel.metadata.tables[str(IdempotencyKey.__tablename__)], keys)
    return Gone(len(keys))


def _left_accounts(session: Session, before: datetime) -> Keys:
    """Accounts closed before, with something left to erase; one opened and closed again counts from the last time."""
    closed = (
        select(func.max(Audit.at))
        .where(col(Audit.action).in_(("account.closed", "account.opened")), Audit.subject == Account.login)
        .scalar_subquery()
    )
    asked = select(Account).where(col(Account.active).is_(False), closed < before).order_by(col(Account.id))
    return [
        account.id
        for account in session.exec(asked).all()
        if account.email or account.mobile or _PERSONAL_LOGIN.fullmatch(account.login)
    ]


def _empty_accounts(session: Session, keys: Keys) -> Gone:
    for account in session.exec(select(Account).where(col(Account.id).in_(keys))).all():
        account.email = account.mobile = ""
        account.notices, account.password_hash = {}, hash_password(secrets.token_urlsafe(32))
        if _PERSONAL_LOGIN.fullmatch(account.login):
            account.login = f"left-{account.id}"
        session.add(account)
    for table in (SecondFactor, RecoveryCode, LinkedIdentity, AccessToken, CalendarFeed, Appointment):
        _drop(session, table, col(table.account_id).in_(keys))
    session.flush()
    return Gone(len(keys))


_OVER = select(Case.id).where(col(Case.state).in_([state.value for state in ENDED]))
KINDS: dict[str, Kind] = {
    "drafts": Kind(_old_drafts, _remove_drafts),
    "uploads": Kind(_unused_uploads, _remove_uploads),
    "sign_ins": _plain(
        Audit,
        lambda before: Audit.at < before,
        lambda _: col(Audit.action).in_((*SIGN_INS, *LOCKS)),
        sealed="audit",
    ),
    "readings": _plain(
        DocumentRead, lambda before: DocumentRead.at < before, lambda _: col(DocumentRead.case_id).in_(_OVER)
    ),
    "outbox": _plain(
        OutboxMessage,
        lambda before: func.coalesce(OutboxMessage.sent_at, OutboxMessage.next_try_at) < before,
        lambda _: col(OutboxMessage.status).in_(("sent", "dead", "given_up")),
    ),
    "notices": Kind(_old_notices, _remove_notices),
    "requests": Kind(_old_requests, _remove_requests),
    "accounts": Kind(_left_accounts, _empty_accounts),
}
