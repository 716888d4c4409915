"""Seals: what a device signs without network with the key of a permission, and whether it holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from jointreview.domain.on_site import LATEST_SYNC_DAYS, signed_words
from jointreview.domain.problems import refuse
from jointreview.models.pocket import SignPermit
from jointreview.models.visit import Visit

if TYPE_CHECKING:
    from jointreview.commands.executor import Context

_HALF = 32  # bytes of each of the two numbers of a signature on P-256


class Seal(BaseModel):
    """The device's signature with the key of its permission, as the browser's cryptography gives it: r and s."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    permit_id: int
    signature: str = Field(max_length=120, description="base64")


def public_key(encoded: str) -> ec.EllipticCurvePublicKey:
    """The public half of a device's key; Refused for anything but a key on P-256."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(encoded, validate=True))
    except (ValueError, binascii.Error):
        raise refuse("commands.permit_key_unreadable", where="public_key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise refuse("commands.permit_key_unreadable", where="public_key")
    return key


def check_seal(ctx: Context, seal: Seal, image: str, words: Sequence[object]) -> SignPermit:
    """The permission behind a seal over `words`, the picture and the time of drawing; Refused where it does not hold.

    The permission has to be the actor's, of this device, for a visit of this case, in force when it was drawn, and
    not older than a sync may be.
    """
    permit = ctx.session.get(SignPermit, seal.permit_id)
    if permit is None or permit.account_id != ctx.actor.account_id or ctx.captured is None:
        raise refuse("commands.permit_unknown", where="signature")
    if permit.device != ctx.captured.device:
        raise refuse("commands.permit_other_device", where="signature")
    visited = select(Visit.id).where(Visit.case_id == ctx.case_id, col(Visit.id).in_(permit.visits))
    if ctx.session.exec(visited).first() is None:
        raise refuse("commands.permit_other_visit", where="signature")
    last = min(permit.expires_at, permit.revoked_at or permit.expires_at)
    late = ctx.now > permit.expires_at + timedelta(days=LATEST_SYNC_DAYS)
    if late or not permit.granted_at - timedelta(minutes=5) <= ctx.done_at <= last:
        raise refuse("commands.permit_over", where="signature")
    at = ctx.captured.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = signed_words(permit.id, hashlib.sha256(image.encode()).hexdigest(), at, *words)
    if not _holds(permit.public_key, seal.signature, said):
        raise refuse("commands.seal_wrong", where="signature")
    return permit


def _holds(encoded_key: str, encoded_signature: str, said: bytes) -> bool:
    try:
        raw = base64.b64decode(encoded_signature, validate=True)
        numbers = (int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
        if len(raw) != 2 * _HALF:
            return False
        public_key(encoded_key).verify(encode_dss_signature(*numbers), said, ec.ECDSA(hashes.SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
