"""On site without network: arrivals that are proved, seals of a device, what comes late, and nothing twice."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pydantic import SecretStr
from sqlmodel import select

from jointreview.commands.executor import Captured, Outcome
from jointreview.commands.files import DrawnSignature, Shot
from jointreview.commands.onsite import AnswerChecklist, GiveOpinion, LineAnswer, RaiseFinding, sealed_words
from jointreview.commands.pocket import KeepSiteNote, PermitSigning, ShowGateCode
from jointreview.commands.seals import Seal
from jointreview.commands.visits import SignIn
from jointreview.demo.sample_files import signature_image
from jointreview.domain.on_site import code_holds, gate_code, near_enough, signed_words
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Signature, Upload
from jointreview.models.event import Event
from jointreview.models.review import ChecklistAnswer, Finding, Opinion
from jointreview.models.visit import VisitMember
from jointreview.queries.pocket import day_on_site
from tests.commands.world import PASSWORD, World, copied, fresh_database

TAKEN = datetime(2026, 5, 7, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A case on the day of its visit."""
    folder = tmp_path_factory.mktemp("pocket")
    with fresh_database(f"sqlite:///{folder}/test.db", folder / "uploads"):
        world = World().populate()
        made = Case(world, world.visiting())
        visit = world.facts(made.id).visit
        assert visit is not None
        world.now += timedelta(days=(visit.day - world.today).days, hours=1)
        yield made


@dataclass
class Case:
    """One case on the day of its visit."""

    world: World
    id: int

    def rows(self, table: Any) -> list[Any]:
        with base.reading() as session:
            return list(session.exec(select(table).where(table.case_id == self.id)).all())

    def member(self, unit: str = "fire") -> VisitMember:
        with base.reading() as session:
            visit = self.world.facts(self.id).visit
            assert visit is not None
            return session.exec(
                select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.unit == unit)
            ).one()

    def send(
        self, command: Any, who: str = "fire", minutes: float = 40, device: str = "d" * 32, **more: Any
    ) -> Outcome:
        """Send what was done so many minutes ago without network, by a device whose clock is wrong."""
        captured = Captured(TAKEN, timedelta(minutes=minutes), device)
        return self.world.do(who, command, captured=captured, **more)


@pytest.fixture
def case(built: Case, tmp_path: Path) -> Iterator[Case]:
    """The case as each test finds it: what the others did is gone."""
    with copied(built.world, tmp_path / "copy.db"):
        yield built


class Device:
    """A phone with the private half of a key."""

    def __init__(self, case: Case, who: str = "fire", name: str = "d" * 32) -> None:
        self.case, self.who, self.name = case, who, name
        self.key = ec.generate_private_key(ec.SECP256R1())

    def permit(self, password: str = PASSWORD) -> dict[str, Any]:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        asked = PermitSigning(
            device=self.name, public_key=base64.b64encode(public).decode(), password=SecretStr(password)
        )
        return self.case.world.do(self.who, asked).value

    def opinion(self, permit_id: int, text: str = "同意通过", said: str = "") -> GiveOpinion:
        """An opinion sealed over `said` (what the officer saw), with `text` in it."""
        image = signature_image("现场")
        unsigned = GiveOpinion(
            case_id=self.case.id,
            assignment_id=self.case.world.assignment(self.case.id, "fire"),
            result="PASS",
            text=said or text,
            signature=DrawnSignature(image=image),
        )
        at = TAKEN.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        words = signed_words(permit_id, hashlib.sha256(image.encode()).hexdigest(), at, *sealed_words(unsigned))
        r, s = decode_dss_signature(self.key.sign(words, ec.ECDSA(hashes.SHA256())))
        seal = Seal(permit_id=permit_id, signature=base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode())
        return unsigned.model_copy(update={"text": text, "signature": DrawnSignature(image=image, sealed=seal)})


def refused(key: str) -> Any:
    return pytest.raises(Refused, match=key)


def test_a_position_counts_when_the_nearest_place_it_allows_lies_within_the_radius() -> None:
    assert near_enough(150, 0, 150)
    assert near_enough(230, 80, 150)
    assert near_enough(231, 80, 150) is False
    assert near_enough(5000, 5000, 150) is None


def test_a_gate_code_belongs_to_one_visit_and_one_half_day() -> None:
    day = datetime(2026, 5, 7).date()
    code = gate_code("secret", 1, day, "am")
    assert (
        len(
            {code, gate_code("secret", 2, day, "am"), gate_code("secret", 1, day, "pm"), gate_code("x", 1, day, "am")}
        )
        == 4
    )
    assert code_holds(day, "am", datetime(2026, 5, 7, 1, 0, tzinfo=UTC))
    assert not code_holds(day, "am", datetime(2026, 5, 7, 6, 0, tzinfo=UTC))
    assert not code_holds(day, "am", datetime(2026, 5, 8, 1, 0, tzinfo=UTC))


def test_an_arrival_without_network_stands_at_its_own_time_and_says_how_it_is_known(case: Case) -> None:
    case.send(SignIn(case_id=case.id, **case.world.place(case.id), accuracy_m=30))
    member = case.member()
    assert (member.proof, member.distance_m, member.client_time) == ("position", 0, TAKEN)
    assert member.signed_in_at == case.world.now - timedelta(minutes=40)
    (event,) = [e for e in case.rows(Event) if e.kind == "signed_in"]
    assert (event.client_time, event.at) == (TAKEN, case.world.now)


def test_a_position_too_far_away_is_refused_and_no_position_is_the_officers_own_word(case: Case) -> None:
    place = case.world.place(case.id)
    with refused("commands.too_far_away"):
        case.send(SignIn(case_id=case.id, lon=place["lon"] + 0.02, lat=place["lat"], accuracy_m=100))
    case.send(SignIn(case_id=case.id))
    assert case.member().proof == "self"


def test_the_code_of_the_gate_proves_the_arrival_and_no_other_code_does(case: Case) -> None:
    code = case.world.do("applicant", ShowGateCode(case_id=case.id)).value["code"]
    assert case.world.do("coordinator", ShowGateCode(case_id=case.id)).value["code"] == code
    with refused("commands.gate_code_wrong"):
        case.send(SignIn(case_id=case.id, code="ABCD-EFGH"))
    with refused("commands.gate_code_over"):
        case.send(SignIn(case_id=case.id, code=code), minutes=24 * 60)
    case.send(SignIn(case_id=case.id, code=code.lower().replace("-", " ")))
    assert case.member().proof == "code"


def test_a_code_nobody_has_shown_cannot_be_guessed_and_strangers_are_not_shown_it(case: Case) -> None:
    with refused("commands.gate_code_wrong"):
        case.send(SignIn(case_id=case.id, code="-"))
    for stranger in ("stranger", "fire"):
        with pytest.raises(Refused) as refusal:
            case.world.do(stranger, ShowGateCode(case_id=case.id))
        assert refusal.value.kind == "forbidden"


def test_only_the_officer_of_the_visit_arrives_whatever_code_is_at_hand(case: Case) -> None:
    code = case.world.do("coordinator", ShowGateCode(case_id=case.id)).value["code"]
    with refused("commands.not_on_visit"):
        case.send(SignIn(case_id=case.id, code=code), who="fire-2")


def arrived(case: Case) -> None:
    case.send(SignIn(case_id=case.id))


def test_what_is_sent_again_is_recorded_once(case: Case) -> None:
    arrived(case)
    fire = case.world.assignment(case.id, "fire")
    found = RaiseFinding(case_id=case.id, assignment_id=fire, text="防火门缺失", criterion="补齐", photos=[])
    first = case.send(found, idempotency_key="phone-key-1")
    again = case.send(found, minutes=90, idempotency_key="phone-key-1")
    assert again.value == first.value
    (kept,) = case.rows(Finding)
    assert kept.client_time == TAKEN


def test_a_photograph_keeps_time_and_place_and_other_bytes_are_refused(case: Case) -> None:
    arrived(case)
    fire = case.world.assignment(case.id, "fire")
    upload = case.world.photo("fire", "pocket", 7)
    with base.reading() as session:
        digest = session.get_one(Upload, upload).digest
    line = day_on_site(case.world.actors["fire"], "zh", case.world.now)["stops"][-1]["page"]["assignments"][0][
        "lines"
    ][0]

    def answer(shot: Shot) -> AnswerChecklist:
        lines = [LineAnswer(line=line["code"], result="ok", photos=[shot], client_time=TAKEN)]
        return AnswerChecklist(case_id=case.id, assignment_id=fire, lines=lines)

    with refused("commands.photo_changed"):
        case.send(answer(Shot(upload_id=upload, digest="0" * 64)))
    case.send(answer(Shot(upload_id=upload, digest=digest, taken_at=TAKEN, lon=121.6, lat=31.8, accuracy_m=12)))
    with base.reading() as session:
        kept = session.exec(select(ChecklistAnswer).where(ChecklistAnswer.line == line["code"])).all()[-1]
    assert kept.photos[0] == {
        "digest": digest,
        "name": "pocket.jpg",
        "taken_at": "2026-05-07T01:30:00Z",
        "lon": 121.6,
        "lat": 31.8,
        "accuracy_m": 12.0,
    }


def test_an_opinion_sealed_on_the_phone_is_signed_and_says_that_it_was_off_line(case: Case) -> None:
    arrived(case)
    phone = Device(case)
    permit = phone.permit()
    case.world.now += timedelta(hours=1)
    case.send(phone.opinion(permit["permit_id"]))
    (opinion,) = [o for o in case.rows(Opinion) if o.officer_id]
    (signature,) = [s for s in case.rows(Signature) if s.purpose == "opinion"]
    assert opinion.client_time == signature.client_time == TAKEN
    assert signature.permit_id == permit["permit_id"]
    assert opinion.given_at == case.world.now


def test_a_seal_does_not_hold_over_other_words(case: Case) -> None:
    arrived(case)
    phone = Device(case)
    permit = phone.permit()
    case.world.now += timedelta(hours=1)
    with refused("commands.seal_wrong"):
        case.send(phone.opinion(permit["permit_id"], text="同意通过。", said="不同意"))


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"minutes": 200}, "commands.permit_over"),  # drawn before the permission was given
        ({"minutes": 40, "later": timedelta(days=1)}, "commands.permit_over"),
        ({"minutes": 5 * 24 * 60, "later": timedelta(days=5)}, "commands.permit_over"),
        ({"device": "e" * 32}, "commands.permit_other_device"),
    ],
)
def test_a_permission_ends_with_its_day_and_stays_on_its_device(case: Case, sent: dict[str, Any], key: str) -> None:
    arrived(case)
    phone = Device(case)
    permit = phone.permit()
    case.world.now += timedelta(hours=1) + sent.pop("later", timedelta(0))
    with refused(key):
        case.send(phone.opinion(permit["permit_id"]), **sent)


def test_nobody_signs_with_another_officers_permission_nor_with_one_that_was_replaced(case: Case) -> None:
    arrived(case)
    planning = Device(case, "planning")
    with refused("commands.permit_unknown"):
        case.send(planning.opinion(planning.permit()["permit_id"]))
    phone = Device(case)
    old = phone.permit()
    phone.permit()
    case.world.now += timedelta(hours=1)
    with refused("commands.permit_over"):
        case.send(phone.opinion(old["permit_id"]), minutes=10)


def test_the_permission_wants_the_password_and_a_visit_of_today(case: Case) -> None:
    with refused("commands.wrong_password"):
        Device(case).permit("something else")
    with refused("commands.no_visit_of_yours"):
        Device(case, "fire-2").permit()


def test_a_note_keeps_what_the_case_cannot_take_any_more(case: Case) -> None:
    case.send(KeepSiteNote(case_id=case.id, text="签署意见：合格", photos=[case.world.photo("fire", "note")]))
    (event,) = [e for e in case.rows(Event) if e.kind == "site_note"]
    assert event.payload["text"] == "签署意见：合格"
    assert event.client_time == TAKEN
    outsider = next(
        who
        for who, actor in case.world.actors.items()
        if actor.role == "officer" and actor.unit not in case.world.facts(case.id).units
    )
    with pytest.raises(Refused) as refusal:
        case.send(KeepSiteNote(case_id=case.id, text="fremd"), who=outsider)
    assert refusal.value.kind == "forbidden"


def test_the_day_holds_each_stop_whole_for_its_officer_alone(case: Case) -> None:
    day = day_on_site(case.world.actors["fire"], "zh", case.world.now)
    stop = next(s for s in day["stops"] if s["case_id"] == case.id)
    assert stop["page"]["assignments"][0]["lines"]
    assert "*" in stop["page"]["mobile_masked"]
    assert stop["page"]["site"]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert any(paper["along"] for paper in stop["papers"])
    assert not day_on_site(case.world.actors["fire-2"], "zh", case.world.now)["stops"]
    with refused("onsite.officers_only"):
        day_on_site(case.world.actors["coordinator"], "zh", case.world.now)
