"""OGC API - Features 1.0 (Core, GeoJSON, OpenAPI 3.0): the reader's cases as layers of another program."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from jointreview.api.access import refuse_too_many, with_key
from jointreview.api.gate import session_secret
from jointreview.api.language import language_of
from jointreview.api.limits import Limit
from jointreview.api.ogc_openapi import CONFORMANCE, GEOJSON, OPENAPI, described
from jointreview.commands.access_tokens import touch_token
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.queries.ogc.asking import asked, only_known
from jointreview.queries.ogc.features import COLLECTIONS, Collection, collection_of, extents, item, items
from jointreview.queries.principal import key_holder, principal
from jointreview.settings import settings
from jointreview.text import tr

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_LARGEST_ID = 2**31 - 1
_TOUCHED = timedelta(minutes=1)
_failures = Limit(60, 60)
_STATUS = {"missing": 404, "forbidden": 403, "often": 429, "busy": 503}


class OgcRoute(APIRoute):
    """A route whose refusals are the standard's: 400 for what cannot be asked, with code and description."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Any:
            try:
                return await handle(request)
            except Refused as refusal:
                status = _STATUS.get(refusal.kind, 400)
                lang = language_of(request)
                said = " ".join(
                    f"{p.where}: {tr(lang, p.key, **p.params)}" if p.where else tr(lang, p.key, **p.params)
                    for p in refusal.problems
                )
                later = {"retry-after": "30"} if status in (429, 503) else None
                return JSONResponse({"code": refusal.problems[0].key, "description": said}, status, later)

        return handled


router = APIRouter(prefix="/ogc", route_class=OgcRoute)


def secret_of(request: Request) -> str:
    """The key in a request: after Bearer, as the password of Basic (any user name), or in `?token=`."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return request.query_params.get("token", "")


def reader(request: Request) -> Actor:
    """Dependency: whoever holds a good key or is signed in; answers 401 that asks for a key."""
    secret = secret_of(request)
    if not secret:
        actor = principal(session_secret(request.headers.get("cookie", "")))
        if actor is not None:
            refuse_too_many(actor.account_id)
            return actor
    holder = key_holder(secret)
    if holder is None:
        address = request.client.host if request.client else ""
        if secret and not _failures.allows(address):
            raise HTTPException(429, headers={"Retry-After": "60"})
        raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="Joint Review", charset="UTF-8"'})
    now = settings().current_time()
    if holder.used_at is None or now - holder.used_at > _TOUCHED:
        touch_token(holder.token_id)
    refuse_too_many(holder.actor.account_id)
    return holder.actor


Reader = Annotated[Actor, Depends(reader)]


class _Links:
    """Addresses of this interface as the asking program reaches it; a key in the address stays in every link."""

    def __init__(self, request: Request) -> None:
        self.root = settings().public_url.rstrip("/") or str(request.base_url).rstrip("/")
        self.kept = {k: v for k, v in request.query_params.items() if k in ("token", "lang")}

    def to(self, path: str, rel: str, kind: str, title: str = "", **params: Any) -> dict[str, str]:
        """A link to a path below /ogc."""
        query = urlencode({**params, **self.kept})
        link = {"href": f"{self.root}/ogc{path}" + (f"?{query}" if query else ""), "rel": rel, "type": kind}
        return link | ({"title": title} if title else {})


def _json(content: Any, kind: str = "application/json") -> JSONResponse:
    return JSONResponse(content, headers={"cache-control": "private, no-store"}, media_type=kind)


@router.get("")
@router.get("/", include_in_schema=False)
@with_key
def landing(request: Request, actor: Reader) -> JSONResponse:
    """Where everything is."""
    only_known(request.query_params)
    lang, links = language_of(request), _Links(request)
    return _json(
        {
            "title": tr(lang, "ogc.title"),
            "description": tr(lang, "ogc.description"),
            "links": [
                links.to("", "self", "application/json"),
                links.to("/api", "service-desc", OPENAPI),
                links.to("/conformance", "conformance", "application/json"),
                links.to("/collections", "data", "application/json"),
            ],
        }
    )


@router.get("/api")
@with_key
def definition(request: Request, actor: Reader) -> JSONResponse:
    """The OpenAPI 3.0 document."""
    only_known(request.query_params)
    return _json(described(language_of(request), _Links(request).root + "/ogc"), OPENAPI)


@router.get("/conformance")
@with_key
def conformance(request: Request, actor: Reader) -> JSONResponse:
    """The classes of the standard this interface conforms to."""
    only_known(request.query_params)
    return _json({"conformsTo": CONFORMANCE})


@router.get("/collections")
@with_key
def collections(request: Request, actor: Reader) -> JSONResponse:
    """What there is to read."""
    only_known(request.query_params)
    lang, links, extent = language_of(request), _Links(request), extents(actor, settings().current_time())
    return _json(
        {
            "links": [links.to("/collections", "self", "application/json")],
            "collections": [_collection(one, links, lang, extent) for one in COLLECTIONS.values()],
        }
    )


@router.get("/collections/{name}")
@with_key
def collection(name: str, request: Request, actor: Reader) -> JSONResponse:
    """One collection."""
    only_known(request.query_params)
    extent = extents(actor, settings().current_time())
    return _json(_collection(collection_of(name), _Links(request), language_of(request), extent))


def _collection(one: Collection, links: _Links, lang: str, extent: tuple[Any, Any]) -> dict[str, Any]:
    box, period = extent
    title = tr(lang, f"ogc.{one.id}")
    found: dict[str, Any] = {
        "id": one.id,
        "title": title,
        "description": tr(lang, f"ogc.{one.id}_about"),
        "itemType": "feature",
        "crs": [_CRS84],
        "links": [
            links.to(f"/collections/{one.id}", "self", "application/json"),
            links.to(f"/collections/{one.id}/items", "items", GEOJSON, title),
        ],
    }
    if box:
        times = {"interval": [period], "trs": _GREGORIAN}
        found["extent"] = {"spatial": {"bbox": [box], "crs": _CRS84}, "temporal": times}
    return found


@router.get("/collections/{name}/items")
@with_key
def features(name: str, request: Request, actor: Reader) -> JSONResponse:
    """Features of a collection, a page at a time."""
    kind, params = collection_of(name), dict(request.query_params)
    wanted, lang, links = asked(params), language_of(request), _Links(request)
    page = items(actor, kind, wanted, lang, settings().current_time())
    path = f"/collections/{kind.id}/items"
    same = {k: v for k, v in params.items() if k not in ("token", "lang")}
    found = [
        links.to(path, "self", GEOJSON, **same),
        links.to(f"/collections/{kind.id}", "collection", "application/json"),
    ]
    if page.next:
        found.append(links.to(path, "next", GEOJSON, **{**same, "after": str(page.next)}))
    return _json(
        {
            "type": "FeatureCollection",
            "features": list(page.features),
            "numberMatched": page.matched,
            "numberReturned": len(page.features),
            "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "links": found,
        },
        GEOJSON,
    )


@router.get("/collections/{name}/items/{feature_id}")
@with_key
def feature(name: str, feature_id: str, request: Request, actor: Reader) -> JSONResponse:
    """One feature."""
    only_known(request.query_params)
    kind, links = collection_of(name), _Links(request)
    number = int(feature_id) if feature_id.isascii() and feature_id.isdecimal() and len(feature_id) < 11 else 0
    found = item(actor, kind, min(number, _LARGEST_ID), language_of(request), settings().current_time())
    path = f"/collections/{kind.id}"
    found["links"] = [
        links.to(f"{path}/items/{quote(str(found['id']))}", "self", GEOJSON),
        links.to(path, "collection", "application/json"),
    ]
    return _json(found, GEOJSON)
