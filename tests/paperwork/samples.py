"""Documents to test with: a school with six departments, drawn signatures and photographs."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from jointreview.paperwork import data, form_data


def drawn_signature(seed: int = 1) -> bytes:
    """A scrawl on transparent paper, as a signature pad gives it."""
    image = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    points = [(90 + 14 * k, 120 + ((k * k * (seed + 3)) % 90) - 45) for k in range(26)]
    pen.line(points, fill=(10, 10, 60, 255), width=7, joint="curve")
    pen.arc((140, 40, 300, 200), 20, 300, fill=(10, 10, 60, 255), width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def photograph(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A plain photograph as JPEG."""
    image = Image.new("RGB", size, (120, 150, 170))
    ImageDraw.Draw(image).rectangle((200, 200, 700, 600), fill=(190, 170, 120))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


SIGNED_AT = datetime(2026, 5, 14, 2, 36, tzinfo=UTC)

PROJECT = data.ProjectFacts(
    code="2403-320681-04-01-123456",
    name="启东市城东实验学校新建项目",
    works_name="启东市城东实验学校1#教学楼、2#综合楼及地下车库工程",
    address="启东市汇龙镇紫薇路东侧、世纪大道北侧",
    area_m2=Decimal("28456.30"),
    storeys="地上5层/地下1层",
    buildings=(
        data.BuildingLine(name="1#教学楼", use="教学", storeys="地上5层", area_m2=Decimal("12345.67")),
        data.BuildingLine(name="2#综合楼", use="办公", storeys="地上4层", area_m2=Decimal("9000")),
    ),
    owner="启东市教育体育局",
    survey="南通某某勘察设计院有限公司",
    design="江苏某某建筑设计研究院股份有限公司",
    contractor="启东某某建设集团有限公司",
    supervisor="南通某某工程监理有限公司",
    contact=data.PersonLine(name="陆晓明", duty="基建科", phone="138****5678"),
)

COMMON: dict[str, Any] = {
    "number": "启联验〔2026〕0001号",
    "case_number": "YS20260506-0003",
    "project": PROJECT,
    "issued_on": date(2026, 5, 19),
    "issuer": "启东市行政审批局",
    "verify_url": "https://lianyan.example.gov.cn/verify/8F3K-2M7Q-XW5D",
    "verify_code": "8F3K-2M7Q-XW5D",
}

_UNITS = (
    ("自然资源和规划局", "规划条件核实和土地核验", "张明远", "启规核〔2026〕12号"),
    ("住房和城乡建设局", "特殊建设工程消防验收", "李文静", "启建消验字〔2026〕第0031号"),
    ("建设工程质量监督站", "工程质量竣工验收监督", "王建国", "质量监督报告 JD2026-045"),
    ("国防动员办公室", "人防工程竣工验收备案", "陈志强", "启人防备〔2026〕8号"),
    ("城建档案馆", "建设工程档案验收", "朱丽华", ""),
    ("气象局", "防雷装置竣工验收", "𠮷田龘", "启气雷验〔2026〕5号"),
)
_TEXT = (
    "现场核验建筑位置、退让、层数与规划许可一致；实测建筑面积28,456.30平方米，"
    "偏差在允许范围内；容积率1.12（许可1.15），绿地率35.2%（许可35%）。"
)


def opinions(**changes: Any) -> tuple[data.UnitOpinion, ...]:
    """Six departments' opinions, the archive's a conditional pass."""
    return tuple(
        data.UnitOpinion(
            **{
                "unit_name": unit,
                "item_name": item,
                "result_label": "有条件通过" if unit == "城建档案馆" else "合格",
                "text": _TEXT if k % 2 == 0 else "现场查验符合要求，同意通过。",
                "officer": officer,
                "signed_at": SIGNED_AT,
                "signature_png": drawn_signature(k),
                "method_label": "现场验收",
                "result_document": document,
                **changes,
            }
        )
        for k, (unit, item, officer, document) in enumerate(_UNITS)
    )


def joint_opinion(**changes: Any) -> data.JointOpinion:
    """A joint opinion by six departments."""
    given: dict[str, Any] = {
        "opinions": opinions(),
        "conclusion_label": "容缺通过",
        "conditions": (data.Condition(text="移交竣工档案电子卷", unit="城建档案馆", due=date(2026, 8, 14)),),
        "clock": data.ClockLine(accepted=date(2026, 5, 6), due=date(2026, 5, 20), used_days=9),
    }
    return data.JointOpinion(**(COMMON | given | changes))


def receipt(**changes: Any) -> data.AcceptanceReceipt:
    """A receipt for six items."""
    given: dict[str, Any] = {
        "number": "启联受〔2026〕0003号",
        "applied_on": date(2026, 5, 4),
        "accepted_on": date(2026, 5, 6),
        "due": date(2026, 5, 20),
        "working_days": 10,
        "items": tuple(data.ItemLine(unit=unit, item=item, method_label="现场验收") for unit, item, *_ in _UNITS),
        "materials": ("竣工验收报告（五方签章）", "竣工测绘成果报告", "消防设施检测报告"),
        "contact": data.PersonLine(name="综合窗口", phone="0513-8321****"),
    }
    return data.AcceptanceReceipt(**(COMMON | given | changes))


def gap_notice(count: int = 6, **changes: Any) -> data.GapNotice:
    """A gap notice with `count` gaps."""
    kinds = (
        ("竣工测绘成果报告", "第12页", "缺测绘单位资质章", "补盖测绘资质专用章后重新上传"),
        ("消防设施检测报告", "第3、5页", "检测日期早于竣工日期", "提交竣工后出具的检测报告"),
        ("单体信息—2#综合楼—建筑面积", "", "地上与地下面积之和不等于总面积（差12.30平方米）", "核对后更正填报数值"),
    )
    gaps = tuple(
        data.Gap(
            material=material, page=page, rule=rule, wanted=wanted, unit=_UNITS[k % 6][0], contact="0513-8321****"
        )
        for k in range(count)
        for material, page, rule, wanted in (kinds[k % 3],)
    )
    given: dict[str, Any] = {
        "number": "启补告〔2026〕0002号",
        "gaps": gaps,
        "reply_due": date(2026, 5, 18),
        "contact": data.PersonLine(name="综合窗口", phone="0513-8321****"),
    }
    return data.GapNotice(**(COMMON | given | changes))


def findings(photos: tuple[bytes, ...] | None = None) -> tuple[data.Finding, ...]:
    """Three findings, the first with two photographs."""
    first = (photograph(), photograph((1200, 1600))) if photos is None else photos
    return (
        data.Finding(
            unit="住房和城乡建设局",
            item="特殊建设工程消防验收",
            text="1#教学楼三层东侧疏散楼梯间防火门闭门器缺失2处，常闭防火门不能自行关闭。",
            clause="《建筑防火通用规范》GB 55037-2022 第6.4.3条",
            criterion="防火门安装闭门器，任意开启位置均能自行关闭并锁闭。",
            inspector="李文静",
            photos=first,
        ),
        data.Finding(
            unit="建设工程质量监督站",
            item="工程质量竣工验收监督",
            text="二层外廊栏杆净高1.05米，小于设计值1.20米。",
            clause="《民用建筑通用规范》GB 55031-2022 第6.6.1条",
            criterion="栏杆净高不小于1.20米。",
            inspector="王建国",
        ),
        data.Finding(unit="气象局", text="接地电阻实测12Ω，大于设计值10Ω。", inspector="陈志强"),
    )


def rectification(**changes: Any) -> data.RectificationNotice:
    """A rectification notice with three findings."""
    given: dict[str, Any] = {
        "number": "启整改〔2026〕0001号",
        "findings": findings(),
        "due": date(2026, 6, 13),
        "visited_on": date(2026, 5, 13),
        "contact": data.PersonLine(name="周慧", unit="启东市行政审批局", phone="0513-8321****"),
    }
    return data.RectificationNotice(**(COMMON | given | changes))


def visit_notice(**changes: Any) -> data.VisitNotice:
    """A notice of an acceptance visit with six units."""
    teams = tuple(
        data.VisitTeam(unit=unit, item=item, members=(data.PersonLine(name=name, phone="139****0000"),))
        for unit, item, name, _ in _UNITS
    )
    given: dict[str, Any] = {
        "number": "启联验通〔2026〕0004号",
        "visit_on": date(2026, 5, 13),
        "half_day": "am",
        "meeting_time": "8:40",
        "place": "启东市汇龙镇紫薇路东侧项目部大门",
        "teams": teams,
        "bring": ("竣工图一套（加盖竣工图章）", "消防联动调试记录", "安全帽六顶"),
        "contact": PROJECT.contact,
    }
    return data.VisitNotice(**(COMMON | given | changes))


def record(**changes: Any) -> data.SurveyRecord:
    """A record of the visit: five units came, one did not."""
    lines = (
        data.CheckLine(text="消防车道净宽、净高、转弯半径", result_label="符合", value="4.2 m"),
        data.CheckLine(text="防火门关闭严密，闭门器齐全", result_label="不符合", value="2处", note="三层东侧楼梯间"),
        data.CheckLine(text="消防水泵启动和自动切换", result_label="符合", value="28 s"),
        data.CheckLine(text="防火分区封堵", result_label="不涉及"),
    )
    given: dict[str, Any] = {
        "number": "启联验记〔2026〕0004号",
        "visited_on": date(2026, 5, 13),
        "place": "启东市汇龙镇紫薇路东侧",
        "attendance": tuple(
            data.Attendance(
                unit=unit,
                name=name,
                duty="验收人",
                signed_in_at=datetime(2026, 5, 13, 0, 30 + k, tzinfo=UTC),
                signature_png=drawn_signature(k),
            )
            for k, (unit, _, name, _) in enumerate(_UNITS[:5])
        ),
        "absences": (data.Absence(unit="气象局", treatment="按规定视为无现场异议。"),),
        "sheets": tuple(
            data.UnitSheet(
                unit=unit,
                item=item,
                lines=lines,
                conclusion="整改后复验" if k == 1 else "合格",
                signature=data.Signature(name=name, signed_at=SIGNED_AT, image_png=drawn_signature(k)),
            )
            for k, (unit, item, name, _) in enumerate(_UNITS[:5])
        ),
        "findings": findings(),
        "signatures": (
            ("组织单位", data.Signature(name="周慧", signed_at=SIGNED_AT, image_png=drawn_signature(8))),
            ("建设单位", data.Signature(name="陆晓明", signed_at=SIGNED_AT, image_png=drawn_signature(9))),
            ("施工单位", data.Signature(name="沈海涛", signed_at=SIGNED_AT)),
        ),
    }
    return data.SurveyRecord(**(COMMON | given | changes))


def refusal(**changes: Any) -> data.RefusalNotice:
    """A refusal with two reasons."""
    given: dict[str, Any] = {
        "number": "启不受〔2026〕0001号",
        "applied_on": date(2026, 5, 4),
        "reasons": ("工程未取得施工许可证；", "建设单位尚未组织五方竣工验收。"),
        "remedy": data.Remedy(review_body="启东市人民政府", court="有管辖权的人民法院"),
    }
    return data.RefusalNotice(**(COMMON | given | changes))


def form(**changes: Any) -> form_data.ApplicationForm:
    """An application form with pairs, a table of parties and a wide table of 40 buildings."""
    parties = tuple(
        (kind, firm, "91320681MA1N0A1B3X", "甲级", "陆晓明", "138****5678", "合格")
        for kind, firm in (
            ("建设", PROJECT.owner),
            ("勘察", PROJECT.survey),
            ("设计", PROJECT.design),
            ("施工", PROJECT.contractor),
            ("监理", PROJECT.supervisor),
        )
    )
    columns = ("单体名称", "用途", "结构体系", "耐火等级", "总面积", "地上面积", "地下面积", "层数", "高度", "户数")
    towers = tuple(
        (f"{n}#住宅楼", "住宅", "剪力墙", "一级", "8,456.30", "8,000.30", "456.00", "18/1", "53.60", "72")
        for n in range(1, 41)
    )
    sections = (
        form_data.FormSection(
            title="申请人",
            rows=(
                ("建设单位", PROJECT.owner),
                ("统一社会信用代码", "11320681014032863Y"),
                ("法定代表人", "施建平"),
                ("联系电话", "138****5678"),
                ("申请范围", "全部"),
                ("送达方式", "电子送达"),
                ("通信地址", "江苏省启东市汇龙镇人民中路某某号教育体育局三楼基建科"),
            ),
        ),
        form_data.FormSection(
            title="责任主体",
            tables=(
                form_data.FormTable(
                    title="五方责任主体",
                    columns=("类型", "单位名称", "统一社会信用代码", "资质", "项目负责人", "电话", "意见"),
                    rows=parties,
                ),
            ),
        ),
        form_data.FormSection(
            title="单体", tables=(form_data.FormTable(title="单体明细", columns=columns, rows=towers),)
        ),
        form_data.FormSection(title="人防工程", rows=(("人防面积", "2,300.00 平方米"), ("防护单元", "2个"))),
    )
    given: dict[str, Any] = {
        "number": "SQ20260504-0003",
        "issuer": PROJECT.owner,
        "sections": sections,
        "signature": data.Signature(name="施建平", signed_at=SIGNED_AT, image_png=drawn_signature(5)),
        "form_version": "2026-1",
    }
    return form_data.ApplicationForm(**(COMMON | given | changes))
