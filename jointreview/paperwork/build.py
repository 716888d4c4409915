"""Official documents as .docx bytes: one function for each kind; the same data gives the same bytes."""

from __future__ import annotations

import re

from jointreview.paperwork.data import (
    AcceptanceReceipt,
    GapNotice,
    JointDecision,
    JointOpinion,
    Paper,
    RectificationNotice,
    RefusalNotice,
    SupervisionCard,
    SurveyRecord,
    VisitNotice,
)
from jointreview.paperwork.decision import write_decision
from jointreview.paperwork.form import write_form
from jointreview.paperwork.form_data import ApplicationForm
from jointreview.paperwork.notices import write_gaps, write_receipt, write_rectification, write_refusal, write_visit
from jointreview.paperwork.opinion import write_opinion
from jointreview.paperwork.record import write_record
from jointreview.paperwork.supervision import write_card
from jointreview.paperwork.survey import write_absence, write_units_notice
from jointreview.paperwork.time_data import ExtensionNotice, LapseNotice, PauseNotice
from jointreview.paperwork.time_notices import write_extension, write_lapse, write_pause
from jointreview.paperwork.trip import write_attendance, write_dispatch
from jointreview.paperwork.trip_data import AbsenceReport, AttendanceSheet, DispatchSheet, UnitsNotice
from jointreview.text import for_kind, tr

# Every function below raises Refused `paper.signature_unreadable` for a signature image that is no image.


def joint_opinion(paper: JointOpinion) -> bytes:
    """联合验收意见书 (requirements §2.6)."""
    return write_opinion(paper)


def joint_decision(paper: JointDecision) -> bytes:
    """联合审查决定书 of a stage before completion."""
    return write_decision(paper)


def acceptance_receipt(paper: AcceptanceReceipt) -> bytes:
    """受理通知书 (行政许可法 art. 32)."""
    return write_receipt(paper)


def gap_notice(paper: GapNotice) -> bytes:
    """一次性补正告知书 (行政许可法 art. 32(1)4)."""
    return write_gaps(paper)


def rectification_notice(paper: RectificationNotice) -> bytes:
    """整改通知书 (requirements §2.5)."""
    return write_rectification(paper)


def visit_notice(paper: VisitNotice) -> bytes:
    """联合踏勘告知书 or 现场联合验收告知书 to the applicant (requirements §3.7)."""
    return write_visit(paper)


def units_notice(paper: UnitsNotice) -> bytes:
    """联合踏勘通知书 or 现场联合验收通知书 to the departments (requirements §3.7)."""
    return write_units_notice(paper)


def absence_report(paper: AbsenceReport) -> bytes:
    """缺席情况通报 (requirements §3.7)."""
    return write_absence(paper)


def dispatch_sheet(paper: DispatchSheet) -> bytes:
    """派车单（路线单） of a trip (requirements §3.7)."""
    return write_dispatch(paper)


def attendance_sheet(paper: AttendanceSheet) -> bytes:
    """签到表 of a trip (requirements §3.7)."""
    return write_attendance(paper)


def survey_record(paper: SurveyRecord) -> bytes:
    """现场联合验收记录 or 现场联合踏勘记录 (requirements §3.7)."""
    return write_record(paper)


def refusal_notice(paper: RefusalNotice) -> bytes:
    """不予受理通知书 with reasons and remedy (行政许可法 art. 32, 38)."""
    return write_refusal(paper)


def application_form(paper: ApplicationForm) -> bytes:
    """联合验收申请表 or 联合审查申请表 filled by the system (requirements §2.9)."""
    return write_form(paper)


def pause_notice(paper: PauseNotice) -> bytes:
    """特别程序时限告知书 or 暂停计时告知书 (行政许可法 art. 45)."""
    return write_pause(paper)


def extension_notice(paper: ExtensionNotice) -> bytes:
    """延长期限通知书 (行政许可法 art. 42)."""
    return write_extension(paper)


def lapse_notice(paper: LapseNotice) -> bytes:
    """视为撤回申请告知书 (requirements §4.4)."""
    return write_lapse(paper)


def supervision_card(paper: SupervisionCard) -> bytes:
    """督办单 (requirements §4.5)."""
    return write_card(paper)


def title_key(paper: Paper) -> str:
    """The text key of a document's title, for lists in either language. Raises TypeError for an unknown kind."""
    match paper:
        case JointOpinion():
            return "paper.title_opinion"
        case JointDecision():
            return "paper.title_decision"
        case AcceptanceReceipt():
            return for_kind("paper.title_receipt", paper.kind)
        case GapNotice():
            return "paper.title_gaps"
        case RectificationNotice():
            return "paper.title_rectification"
        case VisitNotice():
            return f"paper.title_told_{paper.visit}"
        case UnitsNotice():
            return f"paper.title_visit_{paper.visit}"
        case AbsenceReport():
            return "paper.title_absence"
        case DispatchSheet():
            return "paper.title_dispatch"
        case AttendanceSheet():
            return "paper.title_attendance"
        case SurveyRecord():
            return f"paper.title_record_{paper.visit}"
        case RefusalNotice():
            return "paper.title_refusal"
        case SupervisionCard():
            return "paper.title_supervision"
        case ApplicationForm():
            return for_kind("paper.title_form", paper.kind)
        case PauseNotice():
            return "paper.title_pause_special" if paper.special else "paper.title_pause"
        case ExtensionNotice():
            return "paper.title_extension"
        case LapseNotice():
            return "paper.title_lapse"
    raise TypeError(f"no document of kind {type(paper).__name__}")


def file_name(paper: Paper, lang: str = "zh", suffix: str = ".docx") -> str:
    """A name to save the document under, without characters file systems refuse."""
    name = f"{tr(lang, title_key(paper), stage=paper.stage)} {paper.number}"
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name).strip()[:120] + suffix
