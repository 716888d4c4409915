"""Arguments for any command of the registry, drawn at random from what a case holds: for walks nobody planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from sqlmodel import SQLModel, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.registry import Command
from jointreview.commands.visits import site_units
from jointreview.demo.reviewing import permit_number
from jointreview.models import base
from jointreview.models.case import FormSection, Material
from jointreview.models.consultation import Consultation
from jointreview.models.outcome import IssuedDocument
from jointreview.models.project import BuildingPlan, Parcel
from jointreview.models.review import Finding, Gap
from jointreview.models.supervision import Card
from jointreview.models.timekeeping import Extension, PauseRequest
from jointreview.models.visit import Visit, VisitMember
from tests.commands.world import World

NOWHERE = 999_999


class Draw:
    """Draws the arguments of a command for somebody on a case."""

    def __init__(self, world: World, case_id: int, who: str, rng: Random):
        self.world, self.case_id, self.who, self.rng = world, case_id, who, rng

    def command(self, kind: type[Command]) -> Command:
        """A command with every required argument, and sometimes the optional ones that matter."""
        wanted = {n for n, f in kind.model_fields.items() if f.is_required()} | (OPTIONAL & set(kind.model_fields))
        unknown = sorted(name for name in wanted if name not in DRAWN)
        assert not unknown, f"{kind.__name__}: teach tests/commands/random_acts.py to draw {unknown}"
        drawn = {name: DRAWN[name](self) for name in sorted(wanted)}
        special = SPECIAL.get(kind.__name__)
        return kind(**drawn | (special(self, drawn) if special else {}))

    def one(self, table: type[SQLModel], *waiting: str) -> int:
        """The id of one of the case's rows, mostly one in a status that waits, or of one that is not there."""
        with base.reading() as session:
            rows = session.exec(select(table).where(table.case_id == self.case_id)).all()  # type: ignore[attr-defined]
        waits = [row.id for row in rows if getattr(row, "status", "") in waiting]
        return self.rng.choice(waits * 5 + [row.id for row in rows] + [NOWHERE])

    @property
    def facts(self) -> Any:
        return self.world.facts(self.case_id)

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def officers(self) -> dict[str, int]:
        return {u: self.world.actors[u].account_id for u in site_units(self.facts)} or {"fire": 1}

    def section(self) -> FormSection:
        with base.reading() as session:
            rows = session.exec(select(FormSection).where(FormSection.case_id == self.case_id)).all()
        return next(r for r in rows if r.section == "S2")

    def decision(self, drawn: dict[str, Any]) -> dict[str, Any]:
        """What a decision needs besides its words: a permit its number, a refusal its law, no needless promise."""
        mine = self.facts.assignment(drawn["assignment_id"])
        permit = load_catalog("qidong", self.world.today).item(mine.item).permit if mine else ""
        number = permit_number(self.world, permit, self.rng.randint(1000, 9999)) if permit else ""
        law = "《水土保持法》第二十五条" if drawn["result"] == "FAIL" else ""
        return {"document_no": number, "basis": law, "commitment_until": None}

    def absent_item(self) -> str:
        """An item of the case's stage that is not part of it yet, where there is one."""
        facts = self.facts
        there = {a.item for a in facts.assignments}
        return self.pick(*(i.code for i in load_catalog("qidong", self.world.today, facts.stage).items
                           if i.code not in there))  # fmt: skip

    def member(self) -> int:
        """Somebody's place on one of the case's visits."""
        with base.reading() as session:
            visits = select(Visit.id).where(Visit.case_id == self.case_id)
            rows = session.exec(select(VisitMember.id).where(col(VisitMember.visit_id).in_(visits))).all()
        return self.rng.choice([*rows, NOWHERE])

    def half_days(self) -> list[dict[str, Any]]:
        """A few half-days of the days to come."""
        days = [self.world.workday_after(n) for n in (1, 2, 3, 4)]
        return [{"day": day, "half": self.pick("am", "pm")} for day in days]

    def assignment(self) -> int:
        mine = self.world.actors[self.who].unit
        own = [a.id for a in self.facts.assignments if a.unit == mine]
        return self.rng.choice(own or [a.id for a in self.facts.assignments] or [NOWHERE])

    def lines(self) -> list[dict[str, Any]]:
        held = {a.id: a.item for a in self.facts.assignments}
        catalog = load_catalog("qidong", self.world.today)
        checklist = catalog.checklist(held.get(self.assignment(), ""))
        codes = [line.code for line in checklist.lines] if checklist else ["nothing"]
        return [{"line": self.rng.choice(codes), "result": self.pick("ok", "not_ok")}]


GAP = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "请补充详细地址"}
SPECIAL: dict[str, Callable[[Draw, dict[str, Any]], dict[str, Any]]] = {
    "IssueCard": lambda d, drawn: {"rule": "R90", "unit": "fire", "reason": "现场检查未按时到场"},
    "DecideItem": Draw.decision,
}
OPTIONAL = {"condition", "commitment_until", "tracking_no", "receiver", "legal_basis", "approval_no", "evidence_no"}
DRAWN: dict[str, Callable[[Draw], Any]] = {
    "accuracy_m": lambda d: 20.0,
    "answer": lambda d: "已按要求补充",
    "approval_no": lambda d: "启政批〔2026〕5号",
    "assignment_id": Draw.assignment,
    "base_version": lambda d: d.section().version,
    "card_id": lambda d: d.one(Card, "open", "replied"),
    "consultation_id": lambda d: d.one(Consultation, "asked"),
    "due_on": lambda d: d.world.workday_after(2),
    "happened_on": lambda d: d.world.today,
    "item": Draw.absent_item,
    "cause": lambda d: d.pick("applicant", "weather", "car", "department", "other"),
    "half_days": Draw.half_days,
    "member_id": Draw.member,
    "plan_id": lambda d: d.one(BuildingPlan),
    "visit_id": lambda d: d.one(Visit, "held", "planned"),
    "question": lambda d: "请协助核对排水接管情况",
    "reply": lambda d: "已安排人员补办并说明情况",
    "ruling": lambda d: "经核实情况属实，予以维持",
    "stands": lambda d: d.pick(True, False),
    "to_unit": lambda d: d.pick("drainage", "municipal", "heritage"),
    "business_date": lambda d: d.world.today,
    "case_id": lambda d: d.case_id,
    "commitment_until": lambda d: d.world.today + timedelta(days=20),
    "condition": lambda d: "十个工作日内完成标识标牌安装",
    "criterion": lambda d: "修复并能自行关闭",
    "days": lambda d: d.rng.randint(1, 12),
    "day": lambda d: d.world.workday_after(d.pick(1, 1, 2)),
    "delivered_on": lambda d: d.world.today,
    "document_id": lambda d: d.one(IssuedDocument),
    "evidence_no": lambda d: "https://www.qidong.gov.cn/gs/2026/1",
    "extension_id": lambda d: d.one(Extension, "requested"),
    "finding_id": lambda d: d.one(Finding, "open", "reopened", "rectified"),
    "gap_id": lambda d: d.one(Gap, "draft", "told"),
    "gaps": lambda d: [GAP],
    "half": lambda d: d.pick("am", "pm"),
    "kind": lambda d: "field",
    "legal_basis": lambda d: "《中华人民共和国行政许可法》第四十五条",
    "lines": Draw.lines,
    "material": lambda d: "completion_drawings",
    "material_id": lambda d: d.one(Material),
    "officer_id": lambda d: d.world.actors[d.pick("fire", "fire-2", "planning-2")].account_id,
    "officers": Draw.officers,
    "opinion": lambda d: "验收合格",
    "parcel_id": lambda d: d.one(Parcel),
    "party_kind": lambda d: d.pick("design", "survey"),
    "pause_id": lambda d: d.one(PauseRequest, "requested", "open"),
    "photos": lambda d: [d.world.photo(d.who, f"photo {d.rng.random()}")],
    "planned_days": lambda d: d.rng.randint(1, 8),
    "procedure": lambda d: d.pick("testing", "expert_review"),
    "reason": lambda d: "因天气原因改期办理",
    "manifest": lambda d: "0" * 64,
    "reasons": lambda d: "申请事项不属于本机关职权范围",
    "receiver": lambda d: "张敏",
    "result": lambda d: d.pick("PASS", "PASS", "PASS", "PASS_COND", "FAIL", "NA"),
    "rule": lambda d: "GB 50016 第6.5.1条",
    "section": lambda d: "S2",
    "signature": lambda d: d.world.signature(d.who),
    "subject": lambda d: "S2.address",
    "text": lambda d: "经审查，各项内容符合要求，同意",
    "tracking_no": lambda d: "EMS1234567890",
    "unit": lambda d: d.pick("fire", "planning"),
    "upload_id": lambda d: d.world.upload(d.who, b"%PDF-1.4 " + str(d.rng.random()).encode(), "a.pdf", "pdf", 1),
    "values": lambda d: d.section().values | {"boundaries": f"东至{d.rng.randint(1, 99)}号路"},
    "verified": lambda d: d.pick(True, True, False),
    "wanted": lambda d: "请补充详细地址",
    "way": lambda d: d.pick("collected", "post", "electronic"),
}
