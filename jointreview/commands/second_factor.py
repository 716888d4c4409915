"""The second factor of an account: a device that makes codes (TOTP), and codes on paper for the day it is lost."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlmodel import Session, select

from jointreview.commands.announce import announce
from jointreview.commands.identity import (
    Opened,
    has_second_factor,
    is_locked,
    lock_minutes,
    open_session,
)
from jointreview.commands.passwords import verify_password
from jointreview.domain.problems import refuse
from jointreview.models.base import writing
from jointreview.models.identity import Account, Audit, LoginSession, RecoveryCode, SecondFactor
from jointreview.settings import settings

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Clocks of phones differ: the code before and the code after are taken as well (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(frozen=True)
class Enrolment:
    """What the person's device has to learn: the secret in letters, and the address its camera reads."""

    secret: str
    address: str


@cache
def _seal(key: str) -> Fernet:
    if key:
        return Fernet(key)
    file = settings().data_dir / "keys" / "second_factor.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(Fernet.generate_key())
    return Fernet(file.read_bytes())


def _opened(factor: SecondFactor) -> str:
    """The secret of a device; raises Refused when the key of this installation does not open it."""
    try:
        return _seal(settings().second_factor_key).decrypt(factor.secret.encode()).decode()
    except InvalidToken:
        raise refuse("factor.key_lost", kind="state") from None


def begin(account_id: int, password: str) -> Enrolment:
    """Make a secret for a new device, after checking the password; nothing is asked of it before it is confirmed.

    Begun again, an enrolment that was not confirmed gets another secret. Raises Refused for a wrong password or
    where a second factor is there already.
    """
    now = settings().current_time()
    with writing() as db:
        account = db.get_one(Account, account_id)
        _check_password(account, password)
        if has_second_factor(db, account_id):
            raise refuse("factor.there_already", kind="state")
        secret = pyotp.random_base32()
        sealed = _seal(settings().second_factor_key).encrypt(secret.encode()).decode()
        found = db.get(SecondFactor, account_id)
        if found is None:
            found = SecondFactor(account_id=account_id, secret=sealed, created_at=now)
        found.secret, found.created_at = sealed, now
        db.add(found)
        return Enrolment(secret, _address(account, secret))


def begun(account_id: int) -> Enrolment | None:
    """The enrolment that waits for its first code; None where there is none."""
    with writing() as db:
        found = db.get(SecondFactor, account_id)
        if found is None or found.confirmed_at is not None:
            return None
        secret = _opened(found)
        return Enrolment(secret, _address(db.get_one(Account, account_id), secret))


def _address(account: Account, secret: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name="Joint Review")


def _check_password(account: Account, password: str) -> None:
    if not verify_password(password[:1000], account.password_hash):
        raise refuse("account.current_password_wrong", where="current")


def confirm(account_id: int, code: str, keep_session: str = "") -> list[str]:
    """The device shows the right code: from now on it is asked for. Answers the recovery codes, told only now.

    Every other session of the account ends: it was opened without the second factor.
    """
    now = settings().current_time()
    with writing() as db:
        factor = _locked(db, account_id)
        if factor is None or factor.confirmed_at is not None:
            raise refuse("factor.nothing_begun", kind="state")
        step = _step_of(factor, code, now)
        if step is None:
            raise refuse("factor.wrong_code", where="code")
        factor.confirmed_at, factor.last_step, factor.failures = now, step, 0
        db.add(factor)
        codes = _new_codes(db, account_id)
        for session in db.exec(select(LoginSession).where(LoginSession.account_id == account_id)):
            session.revoked = session.revoked or session.digest != keep_session
            db.add(session)
        db.add(Audit(at=now, account_id=account_id, action="account.factor_on"))
    announce({f"account:{account_id}"})
    return codes


def pass_with(digest: str, code: str, user_agent: str = "") -> Opened:
    """Give the second factor in a session that still owes it: it ends and another, whole one begins.

    A code is taken once, within its window and never again; a recovery code is taken once at all. Failures lock the
    second factor as failures of the password lock the account, but are not forgotten when the password is right.
    Raises Refused in the same words for a wrong, a used and a locked code.
    """
    now = settings().current_time()
    with writing() as db:
        session = db.get(LoginSession, digest)
        if session is None or session.revoked or not session.factor_due or session.expires_at <= now:
            raise refuse("account.session_unknown", kind="missing")
        account_id = session.account_id
        good = _given(db, account_id, code, now)
        if good:
            session.revoked = True
            db.add(session)
            account, provider = db.get_one(Account, account_id), session.provider
            opened = open_session(db, account, user_agent, now, provider=provider)
    announce({f"session:{digest}"})
    if not good:
        raise refuse("factor.wrong_code", where="code")
    return opened


def _given(db: Session, account_id: int, code: str, now: datetime) -> bool:
    """Whether the code is good; the failure is counted in this transaction, so it is kept when the code is not."""
    factor = _locked(db, account_id)
    if factor is None or is_locked(factor.locked_until, now):
        return False
    step = _step_of(factor, code, now)
    good = step is not None or _recovers(db, account_id, code, now)
    if good:
        factor.last_step = step or factor.last_step
        factor.failures, factor.locked_until = 0, None
    else:
        factor.failures += 1
        if minutes := lock_minutes(factor.failures):
            factor.locked_until = now + timedelta(minutes=minutes)
            db.add(Audit(at=now, account_id=account_id, action="account.factor_locked", details={"minutes": minutes}))
    db.add(factor)
    return good


def _locked(db: Session, account_id: int) -> SecondFactor | None:
    """The row, held until the end of the transaction: of two uses of one code at once, one comes second."""
    return db.exec(select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update()).first()


def _step_of(factor: SecondFactor, code: str, now: datetime) -> int | None:
    """The time step whose code this is, later than the last one taken; None for a wrong or used code."""
    given = "".join(code.split())
    if len(given) != 6 or not given.isascii() or not given.isdigit():
        return None
    codes = pyotp.TOTP(_opened(factor), interval=STEP_SECONDS)
    here = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(codes.generate_otp(step), given) and step > factor.last_step:
            found = step
    return found


def _recovers(db: Session, account_id: int, code: str, now: datetime) -> bool:
    row = db.get(RecoveryCode, _digest(account_id, code))
    if row is None or row.used_at is not None:
        return False
    row.used_at = now
    db.add(row)
    db.add(Audit(at=now, account_id=account_id, action="account.recovery_used"))
    return True


def _digest(account_id: int, code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(f"{account_id}:{plain}".encode()).hexdigest()


def _new_codes(db: Session, account_id: int) -> list[str]:
    """Ten codes of 49 bits each in the place of whatever was there."""
    for old in db.exec(select(RecoveryCode).where(RecoveryCode.account_id == account_id)):
        db.delete(old)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    db.add_all([RecoveryCode(digest=_digest(account_id, code), account_id=account_id) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def renew_codes(account_id: int, password: str) -> list[str]:
    """Other recovery codes, after checking the password; the old ones are good no more."""
    with writing() as db:
        _check_password(db.get_one(Account, account_id), password)
        if not has_second_factor(db, account_id):
            raise refuse("factor.nothing_begun", kind="state")
        codes = _new_codes(db, account_id)
        db.add(Audit(at=settings().current_time(), account_id=account_id, action="account.codes_renewed"))
    announce({f"account:{account_id}"})
    return codes


def give_up(account_id: int, password: str, code: str, needed: bool) -> None:
    """Do without a second factor, after password and code; refused where the person's role needs one."""
    now = settings().current_time()
    if needed:
        raise refuse("factor.needed", kind="state")
    with writing() as db:
        _check_password(db.get_one(Account, account_id), password)
        good = _given(db, account_id, code, now)
        if good:
            remove(db, account_id, account_id, now)
    if not good:
        raise refuse("factor.wrong_code", where="code")
    announce({f"account:{account_id}"})


def remove(db: Session, account_id: int, by: int, now: datetime) -> None:
    """Take the second factor and its codes away, as the work of `by`."""
    factor = db.get(SecondFactor, account_id)
    if factor is None:
        raise refuse("factor.nothing_begun", kind="state")
    db.delete(factor)
    for old in db.exec(select(RecoveryCode).where(RecoveryCode.account_id == account_id)):
        db.delete(old)
    login = db.get_one(Account, account_id).login
    db.add(Audit(at=now, account_id=by or None, action="account.factor_off", subject=login))


def remove_by_login(login: str) -> None:
    """From the command line: a device is lost and so are the codes. Ends the account's sessions."""
    with writing() as db:
        account = db.exec(select(Account).where(Account.login == login.strip().lower())).first()
        if account is None or account.id is None:
            raise refuse("account.unknown", kind="missing")
        remove(db, account.id, 0, settings().current_time())
        for session in db.exec(select(LoginSession).where(LoginSession.account_id == account.id)):
            session.revoked = True
            db.add(session)
        account_id = account.id
    announce({f"account:{account_id}"})
