"""OGC API - Features, Core and GeoJSON: the requirements of the standard one by one, and who reads with which key."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from shapely.geometry import shape

from jointreview.commands import identity
from jointreview.commands.access_tokens import MOST_TOKENS, make_token, revoke_token
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.identity import Post
from jointreview.queries.accounts import own_tokens
from tests.api.helpers import Browsers, open_house

GEOJSON = "application/geo+json"
ITEMS = "/ogc/collections/{}/items"
CODE = "2101-320681-89-01-{:06d}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    """Three cases: one accepted on 6 May with a visit, one handed in on the 7th, one on the 8th."""
    with open_house(tmp_path_factory.mktemp("ogc")) as browsers:
        world = browsers.world
        first = world.accepted()
        world.read_documents(first)
        world.end_review(first)
        world.plan_visit(first)
        for n in (2, 3):
            world.later(1)
            world.submitted("school", S1={"project_code": CODE.format(n)})
        yield browsers


def ask(office: Browsers, path: str, who: str = "coordinator", **params: Any) -> Any:
    answer = office.get(who, path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rels(document: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["type"] for link in document["links"]}


def test_the_landing_page_leads_everywhere(office: Browsers):
    # /req/core/root-op, root-success, api-definition-op, conformance-op, conformance-success
    for path in ("/ogc", "/ogc/"):
        links = rels(ask(office, path))
        assert links["self"] and links["conformance"] and links["data"]
        assert links["service-desc"] == "application/vnd.oai.openapi+json;version=3.0"
    answer = office.get("coordinator", "/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    classes = ask(office, "/ogc/conformance")["conformsTo"]
    assert {c.rsplit("/", 1)[1] for c in classes} == {"core", "geojson", "oas30"}


def test_the_description_is_whole_and_names_what_is_served(office: Browsers):
    # /req/oas30/oas-definition-1: every reference leads somewhere, every path answers, every parameter is known
    document = ask(office, "/ogc/api")
    assert document["openapi"].startswith("3.0")
    parts = document["components"]
    for path, operations in document["paths"].items():
        filled = path.replace("{collectionId}", "cases").replace("{featureId}", "1")
        ask(office, "/ogc" + filled)
        operation = operations["get"]
        names = [ref["$ref"].rsplit("/", 1)[1] for ref in operation["parameters"]]
        assert all(name in parts["parameters"] for name in names) and operation["operationId"]
        for answer in operation["responses"].values():
            assert "$ref" not in answer or answer["$ref"].rsplit("/", 1)[1] in parts["responses"]
    assert "features" in parts["schemas"]["FeatureCollection"]["properties"]


def test_collections_tell_extent_items_and_reference_system(office: Browsers):
    # /req/core/rc-md-success, rc-md-items, rc-md-extent, sfc-md-success, crs84
    whole = ask(office, "/ogc/collections")
    assert rels(whole)["self"] and [c["id"] for c in whole["collections"]] == ["cases", "parcels", "visits"]
    for one in whole["collections"]:
        assert rels(one)["items"] == GEOJSON and one["itemType"] == "feature"
        assert one["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 121 < west < east < 122 and 31 < south < north < 32
        assert ask(office, f"/ogc/collections/{one['id']}") == one
    assert office.get("coordinator", "/ogc/collections/roads").status_code == 404


def test_features_are_geojson_with_links_counts_and_time(office: Browsers):
    # /req/core/fc-response, fc-links, fc-timeStamp, fc-numberMatched, fc-numberReturned; /req/geojson/content
    for name, count, kind in (("cases", 3, "Point"), ("parcels", 3, "MultiPolygon"), ("visits", 1, "Point")):
        answer = office.get("coordinator", ITEMS.format(name))
        assert answer.headers["content-type"] == GEOJSON
        found = answer.json()
        assert found["type"] == "FeatureCollection" and found["timeStamp"].endswith("Z")
        assert found["numberMatched"] == found["numberReturned"] == len(found["features"]) == count
        assert rels(found)["self"] == GEOJSON and "next" not in rels(found)
        for feature in found["features"]:
            assert feature["type"] == "Feature" and shape(feature["geometry"]).geom_type == kind
            single = office.get("coordinator", f"{ITEMS.format(name)}/{feature['id']}")
            assert single.headers["content-type"] == GEOJSON
            alone = single.json()
            # /req/core/f-success, f-links
            assert rels(alone)["self"] == GEOJSON and "collection" in rels(alone)
            assert {k: alone[k] for k in ("id", "geometry", "properties")} == {
                k: feature[k] for k in ("id", "geometry", "properties")
            }
        assert office.get("coordinator", f"{ITEMS.format(name)}/999").status_code == 404
        assert office.get("coordinator", f"{ITEMS.format(name)}/none").status_code == 404


def test_pages_follow_one_another_until_all_were_there_once(office: Browsers):
    # /req/core/fc-limit-response-1, fc-links (next)
    path, seen = f"{ITEMS.format('cases')}?limit=2&state=all", []
    while path:
        found = office.get("coordinator", path.removeprefix("http://127.0.0.1:8000")).json()
        assert len(found["features"]) <= 2 and found["numberMatched"] == 3
        seen += [feature["id"] for feature in found["features"]]
        path = next((link["href"] for link in found["links"] if link["rel"] == "next"), "")
    assert sorted(seen) == sorted(set(seen)) and len(seen) == 3
    assert len(ask(office, ITEMS.format("cases"), limit=1_000_000)["features"]) == 3


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"bbox": "121.6,31.8,121.7,31.9"}, 3),
        ({"bbox": "121.6,31.8,-10,121.7,31.9,10"}, 3),
        ({"bbox": "100,20,101,21"}, 0),
        ({"bbox": "170,-90,-170,90"}, 0),
        ({"bbox": "121,-90,-170,90"}, 3),
        ({"datetime": "2026-05-06"}, 1),
        ({"datetime": "2026-05-07/.."}, 2),
        ({"datetime": "../2026-05-07"}, 2),
        ({"datetime": "2026-05-06/2026-05-07"}, 2),
        ({"datetime": "2026-05-08T00:00:00Z/2026-05-09T00:00:00Z"}, 1),
        ({"datetime": "2020-01-01"}, 0),
        ({"state": "submitted"}, 2),
        ({"stage": "4", "lamp": "green"}, 1),
        ({"q": "学校"}, 2),
    ],
    ids=str,
)
def test_boxes_times_and_filters_select(office: Browsers, params: dict[str, str], count: int):
    # /req/core/fc-bbox-response, fc-time-response, /rec/core/fc-filters
    for name in ("cases", "parcels"):
        assert ask(office, ITEMS.format(name), **params)["numberMatched"] == count


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "many"},
        {"bbox": "1,2,3"},
        {"bbox": "121,95,122,96"},
        {"bbox": "121,32,122,31"},
        {"datetime": "yesterday"},
        {"datetime": "2026-05-07/2026-05-06"},
        {"datetime": "../.."},
        {"datetime": "2026-05-07T10:00:00"},
        {"state": "unheard"},
        {"colour": "red"},
        {"f": "xml"},
    ],
    ids=str,
)
def test_what_is_unknown_or_cannot_be_read_is_answered_with_400(office: Browsers, params: dict[str, str]):
    # /req/core/query-param-invalid, query-param-unknown
    answer = office.get("coordinator", ITEMS.format("cases"), params=params)
    assert answer.status_code == 400 and answer.json()["code"].startswith("ogc.")
    assert next(iter(params)) in answer.json()["description"]


def test_a_key_reads_what_its_holder_sees_in_each_way_of_showing_it(office: Browsers):
    world = office.world
    for who, count in (("coordinator", 3), ("fire", 1), ("applicant", 3), ("stranger", 0)):
        key = make_token(world.actors[who], "QGIS")
        basic = base64.b64encode(f"{who}:{key}".encode()).decode()
        ways: list[dict[str, Any]] = [
            {"headers": {"authorization": f"Bearer {key}"}},
            {"headers": {"authorization": f"Basic {basic}"}},
            {"params": {"token": key}},
        ]
        for way in ways:
            found = office.get("", ITEMS.format("parcels"), **way).json()
            assert found["numberMatched"] == count, (who, way)
        assert all(f"token={key}" in link["href"] for link in found["links"])
        assert office.get("", "/api/map/extent", headers=ways[0]["headers"]).status_code == 401
        assert own_tokens(world.actors[who].account_id)[0].used_at is not None


def test_without_a_good_key_there_is_nothing(office: Browsers):
    world, actor = office.world, office.world.actors["clerk"]
    answer = office.get("", "/ogc/collections", headers={"accept": "*/*"})
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Basic")
    page = office.get("", "/ogc", headers={"accept": "text/html"})
    assert page.status_code == 303 and page.headers["location"].startswith("/signin")

    def status(key: str) -> int:
        return office.get("", "/ogc/collections", headers={"authorization": f"Bearer {key}"}).status_code

    key = make_token(actor, "QGIS")
    token = own_tokens(actor.account_id)[0]
    assert status(key) == 200 and status(key + "x") == status("x" * 500) == 401
    with pytest.raises(Refused):
        revoke_token(world.actors["fire"].account_id, token.id)
    revoke_token(actor.account_id, token.id)
    assert status(key) == 401 and own_tokens(actor.account_id) == []
    key, began = make_token(actor, "QGIS"), world.now
    world.now += timedelta(days=366)
    office.on_time()
    assert status(key) == 401
    world.now = began
    office.on_time()
    with base.writing() as session:
        session.get_one(Post, actor.post_id).active = False
    assert status(key) == 401
    with base.writing() as session:
        session.get_one(Post, actor.post_id).active = True
    assert status(key) == 200
    identity.set_one_time_password("clerk")
    assert status(key) == 401


def test_keys_have_a_name_and_a_measure(office: Browsers):
    actor = office.world.actors["supervisor"]
    for name in ("", " " * 5, "x" * 61):
        with pytest.raises(Refused) as refusal:
            make_token(actor, name)
        assert refusal.value.problems[0].key == "account.token_name"
    for n in range(MOST_TOKENS):
        make_token(actor, f"QGIS {n}")
    with pytest.raises(Refused) as refusal:
        make_token(actor, "one more")
    assert refusal.value.problems[0].key == "account.token_many"
