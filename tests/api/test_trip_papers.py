"""The papers of a trip over HTTP: for who rides and who coordinates, as the trip stands, masked, and off line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.trips import CancelTrip, MoveTrip, PlaceStop
from jointreview.commands.visits import ClearBusy, CloseVisit, SignIn
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.outcome import IssuedDocument
from jointreview.models.project import Parcel
from jointreview.models.trip import Trip
from jointreview.models.visit import Visit
from jointreview.queries import trip_papers
from jointreview.queries.own_days import own_days
from tests.api.helpers import Browsers, open_house
from tests.commands.test_trips import again, car, confirmed, third, waiting
from tests.commands.world import copied


@pytest.fixture(scope="module")
def riding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, Trip, list[int]]]:
    """A confirmed trip to two acceptances."""
    with open_house(tmp_path_factory.mktemp("house")) as house, pytest.MonkeyPatch.context() as patch:
        patch.setattr(trip_papers, "leaflet_assets", lambda: ("var L={};", ".leaflet-container{}"))
        cases = [waiting(house.world), third(house.world)]
        yield house, confirmed(house.world, *cases, car_id=car(house.world)), cases


def words(docx: bytes) -> str:
    body = Document(io.BytesIO(docx)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def issued(case_id: int) -> list[IssuedDocument]:
    with base.reading() as session:
        rows = session.exec(
            select(IssuedDocument).where(
                IssuedDocument.case_id == case_id, col(IssuedDocument.kind).in_(["visit", "visit_units", "absence"])
            )
        ).all()
        return list(rows)


def test_only_who_rides_and_who_coordinates_reads_the_papers(riding):
    house, trip, _ = riding
    paths = [f"/api/trips/{trip.id}/{name}" for name in ("dispatch.docx", "attendance.docx", "route.html")]
    for path in paths:
        assert house.get("coordinator", path).status_code == house.get("fire", path).status_code == 200
        for who in ("fire-2", "fire-head", "applicant", "stranger", "clerk", "supervisor", "admin"):
            assert house.get(who, path).status_code == 404, (who, path)
        assert house.get("", path).status_code == 401
    assert house.get("coordinator", "/api/trips/999/dispatch.docx").status_code == 404


def test_the_dispatch_sheet_names_car_crew_stops_and_times_with_masked_numbers(riding):
    house, trip, cases = riding
    text = words(house.get("fire", f"/api/trips/{trip.id}/dispatch.docx").content)
    assert {trip.number, "苏F12345", "王师傅"} <= set(re.split(r"[\n　]", text))
    assert f"{trip.km:.1f}公里，行车{trip.drive_minutes}分钟" in text and "08:30，启东市政务服务中心" in text
    for case_id in cases:
        assert house.world.case(case_id).number in text
    assert "（领队）" in text and "fire·人" in text
    assert not re.search(r"1\d{10}", text) and re.search(r"1\d\d\*{4}\d{4}", text)
    with base.reading() as session:
        stops = session.exec(select(Visit).where(Visit.trip_id == trip.id)).all()
    for stop in stops:
        assert f"{(stop.arrive or 0) // 60:02d}:{(stop.arrive or 0) % 60:02d}" in text


def test_the_route_opens_without_network_and_runs_nobodys_script(riding):
    house, trip, _ = riding
    answer = house.get("fire", f"/api/trips/{trip.id}/route.html")
    assert "attachment" in answer.headers["content-disposition"]
    page = answer.text
    assert "default-src 'none'" in page and "var L={};" in page
    assert not re.search(r"""(?:src|href)\s*=\s*\\?["']?\s*(?:https?:)?//""", page)

    [table] = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert trip.number in page and "启东经济开发区林洋路100号" in table and table.count("<tr>") == 3
    assert not re.search(r"1\d{10}", table) and re.search(r"1\d\d\*{4}\d{4}", table)
    assert page.count("L.polyline(") == 1 and page.count("\\u003c/b\\u003e") >= 2


def test_the_half_day_of_a_trip_leads_to_its_first_stop_and_is_not_cleared_by_hand(riding):
    house, trip, cases = riding
    fire = house.world.actors["fire"]
    [mine] = [d for d in own_days(fire, house.world.today) if (d.day, d.half) == (trip.day, trip.half)]
    assert (mine.kind, mine.case_id) == ("visit", cases[0])
    with pytest.raises(Refused):
        house.world.do("fire", ClearBusy(day=trip.day, half=trip.half))


def test_each_stop_has_a_notice_to_the_applicant_and_one_to_the_departments_which_the_applicant_does_not_read(riding):
    house, _, cases = riding
    told, units = sorted(issued(cases[0]), key=lambda d: d.kind)
    assert (told.kind, units.kind) == ("visit", "visit_units") and told.number != units.number
    assert all(re.fullmatch(r"启联踏〔2026〕\d{4}号", d.number) for d in (told, units))
    path = f"/api/cases/{cases[0]}/documents/{{}}.docx"
    mine = words(house.get("applicant", path.format(told.id)).content)
    assert "到场时段" in mine and "08:" in mine
    assert house.get("applicant", path.format(units.id)).status_code == 404
    assert house.get("stranger", path.format(told.id)).status_code == 404
    theirs = words(house.get("fire", path.format(units.id)).content)
    assert "苏F12345" in theirs and "4个工作小时" in theirs
    [item] = [a.item for a in house.world.facts(cases[0]).assignments if a.unit == "fire"]
    assert next(i.name.zh for i in load_catalog("qidong", house.world.today).items if i.code == item) in theirs


def test_papers_follow_the_trip_and_arrivals_and_absences_stand_in_them(riding, tmp_path: Path):
    house, trip, cases = riding
    world = house.world
    with copied(world, tmp_path / "other.db"):
        first = {d.kind: d for d in issued(cases[1])}
        world.do(
            "coordinator",
            PlaceStop(trip_id=trip.id, revision=trip.revision, case_id=cases[1], position=1, why="先看远处"),
        )
        now = {d.kind: d for d in issued(cases[1]) if d.status == "valid"}
        for kind, document in now.items():
            assert (document.version, document.replaces_id) == (2, first[kind].id)
        assert {d.status for d in issued(cases[1]) if d.version == 1} == {"void"}

        world.now = world.now.replace(day=trip.day.day)
        with base.reading() as session:
            land = session.exec(select(Parcel).where(Parcel.case_id == cases[1], col(Parcel.current))).one()
        lon, lat = (land.min_lon + land.max_lon) / 2, (land.min_lat + land.max_lat) / 2
        world.do("fire", SignIn(case_id=cases[1], lon=lon, lat=lat, accuracy_m=20))
        sheet = words(house.get("fire", f"/api/trips/{trip.id}/attendance.docx").content)
        assert "现场定位" in sheet and "09:00" in sheet and "建设单位（申请人）" in sheet
        world.do("coordinator", CloseVisit(case_id=cases[1]))
        [report] = [d for d in issued(cases[1]) if d.kind == "absence"]
        assert re.fullmatch(r"启缺告〔2026〕\d{4}号", report.number)
        path = f"/api/cases/{cases[1]}/documents/{report.id}.docx"
        text = words(house.get("quality", path).content)
        assert "quality·人" in text and "到场部门（单位）1个" in text
        assert house.get("applicant", path).status_code == 404
        assert "未到场" in words(house.get("fire", f"/api/trips/{trip.id}/attendance.docx").content)


def test_a_trip_called_off_has_no_papers_and_its_notices_are_void(riding, tmp_path: Path):
    house, trip, cases = riding
    world, case_id = house.world, cases[0]
    with copied(world, tmp_path / "other.db"):
        world.do(
            "coordinator",
            MoveTrip(
                trip_id=trip.id,
                revision=trip.revision,
                car_id=trip.car_id,
                day=world.workday_after(3),
                half="pm",
                why="车辆检修",
            ),
        )
        pdf = house.get("coordinator", f"/api/trips/{trip.id}/dispatch.pdf")
        assert pdf.content.startswith(b"%PDF-")
        trip = again(trip)
        world.do("coordinator", CancelTrip(trip_id=trip.id, revision=trip.revision, why="台风"))
        assert house.get("coordinator", f"/api/trips/{trip.id}/dispatch.docx").status_code == 404
        assert {(d.status, d.void_reason) for d in issued(case_id) if d.version == 2} == {("void", "台风")}
