"""Files that commands refer to: uploads by their sender, the document store, signatures drawn by hand."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr
from sqlmodel import Session

from jointreview.commands.passwords import verify_password
from jointreview.commands.seals import Seal, check_seal
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.case import Signature, Upload
from jointreview.models.identity import Account
from jointreview.models.upload import INFECTED, ContentScan
from jointreview.settings import settings
from jointreview.storage import make_store
from jointreview.storage.base import DocumentStore
from jointreview.text import tr

if TYPE_CHECKING:
    from jointreview.commands.executor import Context

SIGNATURE_LIMIT_BYTES = 300_000
PHOTO_KINDS = frozenset({"jpg", "png"})


@cache
def document_store() -> DocumentStore:
    """The document store of the configuration."""
    s = settings()
    return make_store(
        s.s3_endpoint,
        local_root=s.uploads_dir,
        access_key=s.s3_access_key,
        secret_key=s.s3_secret_key,
        bucket=s.s3_bucket,
        secure=s.s3_secure,
        browser_url=s.s3_browser_endpoint,
    )


class Shot(BaseModel):
    """A photograph taken on site: the upload, and what the device noted when it was taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload_id: int
    digest: str = Field("", pattern="^([0-9a-f]{64})?$", description="SHA-256 as the device computed it")
    taken_at: AwareDatetime | None = None
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    accuracy_m: float | None = Field(None, ge=0)


Photos = list[int | Shot]


class DrawnSignature(BaseModel):
    """A signature drawn on the screen and the password typed with it (requirements §6.3).

    Without network the password was asked when the permission was given, and the device's key seals what was signed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image: str
    password: SecretStr = SecretStr("")
    sealed: Seal | None = None


def own_upload(context: Context, upload_id: int) -> Upload:
    """The upload with this id, if the actor sent it.

    Raises Refused(kind missing) for another's: the answer does not tell whether it exists. Raises
    Refused(files.infected) for one in which a later scan found a virus.
    """
    return own_upload_of(context.session, context.actor, upload_id)


def own_upload_of(session: Session, actor: Actor, upload_id: int) -> Upload:
    """As `own_upload`, for who only reads."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.account_id != actor.account_id:
        raise refuse("commands.no_such_upload", kind="missing")
    scanned = session.get(ContentScan, upload.digest)
    if scanned is not None and scanned.state == INFECTED:
        raise refuse("files.infected", where=upload.name, name=upload.name, virus=scanned.detail)
    return upload


def photo_list(context: Context, shots: Sequence[int | Shot]) -> list[dict[str, Any]]:
    """Uploads as photographs: digest and name of each, with time and place where the device noted them.

    Refuses what is not a picture, and bytes that are not those the device took.
    """
    photos = []
    for given in shots:
        shot = given if isinstance(given, Shot) else Shot(upload_id=given)
        upload = own_upload(context, shot.upload_id)
        if upload.kind not in PHOTO_KINDS:
            raise refuse("commands.not_a_photo", name=upload.name)
        if shot.digest and shot.digest != upload.digest:
            raise refuse("commands.photo_changed", name=upload.name)
        noted = shot.model_dump(mode="json", include={"taken_at", "lon", "lat", "accuracy_m"}, exclude_none=True)
        photos.append({"digest": upload.digest, "name": upload.name, **noted})
    return photos


def content_digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of what is signed."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def sign(
    context: Context, purpose: str, drawn: DrawnSignature, content: Any, sealed_words: Sequence[object] | None = None
) -> Signature:
    """Bind a drawn signature of the actor to `content` after checking the password again.

    Where it was drawn without network the device's seal over `sealed_words` stands for the password; None where no
    seal does. Raises Refused when password or seal is wrong, or the picture is empty, too large or unreadable.
    """
    permit_id = None
    if drawn.sealed is not None and sealed_words is not None:
        permit_id = check_seal(context, drawn.sealed, drawn.image, sealed_words).id
    else:
        check_password(context, drawn.password)
    stored = document_store().put(io.BytesIO(_png(drawn.image)), SIGNATURE_LIMIT_BYTES)
    signature = Signature(
        case_id=context.case_id,
        account_id=context.actor.account_id,
        name=signed_name(context.actor),
        purpose=purpose,
        image_digest=stored.digest,
        content_digest=content_digest(content),
        signed_at=context.now,
        permit_id=permit_id,
        client_time=context.client_time if permit_id else None,
    )
    context.session.add(signature)
    context.session.flush()
    return signature


def check_password(context: Context, password: SecretStr) -> None:
    """Refuse whoever does not know the actor's password."""
    account = context.session.get(Account, context.actor.account_id)
    if account is None or not verify_password(password.get_secret_value(), account.password_hash):
        raise refuse("commands.wrong_password", where="password")


def signed_name(actor: Actor) -> str:
    """The name under a signature: a deputy signs as such."""
    return name_with_holder("zh", actor.name, actor.acting_for)[:64]


def name_with_holder(lang: str, name: str, holder: str) -> str:
    """A name, and for whom somebody stood in."""
    return tr(lang, "people.signed_for", name=name, holder=holder) if holder else name


def _png(data_url: str) -> bytes:
    """The picture of a data URL, decoded and written anew as PNG, so that nothing else travels with it."""
    header, _, body = data_url.partition(",")
    if not header.startswith("data:image/png;base64") or len(body) > SIGNATURE_LIMIT_BYTES * 4 // 3:
        raise refuse("commands.signature_unreadable", where="signature")
    try:
        opened = Image.open(io.BytesIO(base64.b64decode(body, validate=True)))
        if max(opened.size) > 2000:
            raise refuse("commands.signature_unreadable", where="signature")
        image = opened.convert("RGBA")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise refuse("commands.signature_unreadable", where="signature") from None
    low, high = image.getchannel("A").getextrema()
    dark, bright = image.convert("L").getextrema()
    if (low, dark) == (high, bright) or high == 0:
        raise refuse("commands.signature_empty", where="signature")
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
