"""The description of the OGC interface in OpenAPI 3.0, and the classes of the standard it conforms to."""

from __future__ import annotations

from typing import Any

from jointreview.queries import board_filters as choices
from jointreview.queries.ogc.asking import FORMATS, MOST, USUAL
from jointreview.queries.ogc.features import COLLECTIONS
from jointreview.text import tr

GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
]


def described(lang: str, address: str) -> dict[str, Any]:
    """The document for a server at this address."""
    return {
        "openapi": "3.0.3",
        "info": {"title": tr(lang, "ogc.title"), "description": tr(lang, "ogc.description"), "version": "1.0.0"},
        "servers": [{"url": address}],
        "security": [{"basic": []}, {"bearer": []}, {"key": []}],
        "tags": [{"name": "Capabilities"}, {"name": "Data"}],
        "paths": {
            "/": _get("getLandingPage", "Capabilities", "LandingPage"),
            "/api": _get("getApiDefinition", "Capabilities", "OpenApi", kind=OPENAPI),
            "/conformance": _get("getConformance", "Capabilities", "Conformance"),
            "/collections": _get("getCollections", "Capabilities", "Collections"),
            "/collections/{collectionId}": _get("describeCollection", "Capabilities", "Collection", ["collectionId"]),
            "/collections/{collectionId}/items": _get(
                "getFeatures",
                "Data",
                "FeatureCollection",
                ["collectionId", "limit", "bbox", "datetime", "after", *_FILTERS],
                GEOJSON,
            ),
            "/collections/{collectionId}/items/{featureId}": _get(
                "getFeature", "Data", "Feature", ["collectionId", "featureId"], GEOJSON
            ),
        },
        "components": {
            "parameters": _parameters(lang),
            "schemas": _SCHEMAS,
            "responses": {
                "Fault": {
                    "description": "code and description of what is wrong",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Exception"}}},
                }
            },
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "query", "name": "token"},
            },
        },
    }


_FILTERS = ("state", "stage", "lamp", "unit", "town", "q")


def _get(
    operation: str, tag: str, schema: str, parameters: list[str] | None = None, kind: str = "application/json"
) -> dict[str, Any]:
    fault = {"$ref": "#/components/responses/Fault"}
    answers: dict[str, Any] = {
        "200": {
            "description": schema,
            "content": {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        },
        "400": fault,
        "401": {"description": "a key is needed"},
        "429": fault,
    }
    if parameters:
        answers["404"] = fault
    references = [{"$ref": f"#/components/parameters/{name}"} for name in (parameters or []) + ["f", "lang"]]
    return {"get": {"operationId": operation, "tags": [tag], "parameters": references, "responses": answers}}


def _parameters(lang: str) -> dict[str, Any]:
    def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
        about = tr(lang, f"ogc.parameter_{name}")
        return {"name": name, "in": "query", "required": False, "description": about, "schema": schema, **more}

    text: dict[str, Any] = {"type": "string"}
    lengths = [{"minItems": n, "maxItems": n} for n in (4, 6)]
    numbers = {"type": "array", "oneOf": lengths, "items": {"type": "number"}}
    plain = {"style": "form", "explode": False}
    return {
        "collectionId": {
            "name": "collectionId",
            "in": "path",
            "required": True,
            "schema": {**text, "enum": list(COLLECTIONS)},
        },
        "featureId": {"name": "featureId", "in": "path", "required": True, "schema": text},
        "limit": query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, **plain),
        "bbox": query("bbox", numbers, **plain),
        "datetime": query("datetime", text, **plain),
        "after": query("after", {"type": "integer", "minimum": 0, "default": 0}, **plain),
        "state": query("state", {**text, "enum": list(choices.STATES)}),
        "stage": query("stage", {**text, "enum": list(choices.STAGES)}),
        "lamp": query("lamp", {**text, "enum": list(choices.LAMPS)}),
        "unit": query("unit", text),
        "town": query("town", text),
        "q": query("q", text),
        "f": query("f", {**text, "enum": list(FORMATS)}),
        "lang": query("lang", {**text, "enum": ["zh", "en"]}),
    }


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


_TEXT: dict[str, Any] = {"type": "string"}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
_SCHEMAS: dict[str, Any] = {
    "Link": _object("href", "rel", href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "LandingPage": _object("links", title=_TEXT, description=_TEXT, links=_LINKS),
    "OpenApi": {"type": "object"},
    "Conformance": _object("conformsTo", conformsTo={"type": "array", "items": _TEXT}),
    "Collection": _object(
        "id",
        "links",
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        links=_LINKS,
        extent={"type": "object"},
        itemType=_TEXT,
        crs={"type": "array", "items": _TEXT},
    ),
    "Collections": _object(
        "links",
        "collections",
        links=_LINKS,
        collections={"type": "array", "items": {"$ref": "#/components/schemas/Collection"}},
    ),
    "Feature": _object(
        "type",
        "geometry",
        "properties",
        type={**_TEXT, "enum": ["Feature"]},
        id={"type": "integer"},
        geometry={"type": "object"},
        properties={"type": "object"},
        links=_LINKS,
    ),
    "FeatureCollection": _object(
        "type",
        "features",
        type={**_TEXT, "enum": ["FeatureCollection"]},
        features={"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        links=_LINKS,
        timeStamp={**_TEXT, "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
    ),
    "Exception": _object("code", code=_TEXT, description=_TEXT),
}
