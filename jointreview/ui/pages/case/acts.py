"""Which acts the workspace offers as a dialog, where the others are done, and in which order they come forward."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """A field of a dialog: `kind` is text, long, number, date, select, file or photos."""

    name: str
    kind: str
    required: bool = True


@dataclass(frozen=True)
class Spec:
    """An act: what its dialog asks, whether it is grave, and whether it rests on what the reader has seen."""

    fields: tuple[Ask, ...] = ()
    grave: bool = False
    versioned: bool = False
    panel: str = ""


REASON = Ask("reason", "long")

DIALOGS: dict[str, Spec] = {
    "AcceptCase": Spec((Ask("effective_on", "date"),), versioned=True),
    "RefuseCase": Spec((Ask("reasons", "long"), Ask("competent_body", "text", False)), grave=True, versioned=True),
    "WithdrawCase": Spec((REASON,), grave=True),
    "EnterPaperRecord": Spec((Ask("business_date", "date"), Ask("text", "long"), Ask("upload_id", "file", False))),
    "FinishDocumentReview": Spec(),
    "IssueSupplementNotice": Spec(versioned=True),
    "CloseDocumentReview": Spec(versioned=True),
    "CheckLayers": Spec(),
    "RecordSilence": Spec(versioned=True),
    "ReopenOpinion": Spec((REASON,)),
    "AddDepartment": Spec((Ask("item", "select"), REASON)),
    "Consult": Spec((Ask("to_unit", "select"), Ask("question", "long"), Ask("due_on", "date"))),
    "AnswerConsultation": Spec((Ask("answer", "long"),)),
    "WithdrawConsultation": Spec(),
    "CancelVisit": Spec((REASON,), grave=True),
    "CloseVisit": Spec(),
    "FailVisit": Spec((Ask("cause", "select"), REASON), grave=True),
    "ReverseAbsence": Spec((REASON,), grave=True),
    "IssueRectification": Spec(versioned=True),
    "ExtendRectification": Spec((REASON,)),
    "SubmitRectification": Spec(),
    "ReopenAssignment": Spec((REASON,)),
    "RevokePermit": Spec((REASON,), grave=True, versioned=True),
    "VoidOpinion": Spec((REASON,), grave=True, versioned=True),
    "ReissueOpinion": Spec((REASON,), versioned=True),
    "CopyCase": Spec(),
    "ReplaceOfficer": Spec((Ask("officer_id", "select"),)),
    "DropGap": Spec(),
    "AnswerFinding": Spec((Ask("answer", "long"), Ask("photos", "photos", False))),
    "RequestPause": Spec(
        (
            *(Ask("procedure", "select"), Ask("legal_basis", "text"), Ask("reason", "long")),
            *(Ask("planned_days", "number"), Ask("planned_unit", "select")),
            *(Ask("evidence_no", "text", False), Ask("evidence_upload_id", "file", False)),
        )
    ),
    "OpenPublicity": Spec((Ask("evidence_no", "text"), Ask("planned_days", "number")), versioned=True),
    "RequestHigherReview": Spec((Ask("evidence_no", "text"), REASON, Ask("planned_days", "number"))),
    "AskDelay": Spec((REASON, Ask("planned_days", "number"), Ask("evidence_upload_id", "file", False))),
    "ReportForceMajeure": Spec((Ask("evidence_no", "text"), REASON, Ask("planned_days", "number"))),
    "ApprovePause": Spec((Ask("note", "long", False),), versioned=True),
    "RefusePause": Spec((REASON,), grave=True),
    "CancelPause": Spec((REASON,), grave=True),
    "ClosePause": Spec((Ask("result", "long"),), versioned=True),
    "RequestExtension": Spec((Ask("days", "number"), REASON)),
    "RequestJointExtension": Spec((Ask("days", "number"), REASON)),
    "ApproveExtension": Spec((Ask("approval_no", "text", False), Ask("note", "long", False)), versioned=True),
    "RefuseExtension": Spec((REASON,), grave=True),
    "ReplyToCard": Spec((Ask("card_id", "select"), Ask("reply", "long"))),
    "UpholdCard": Spec((Ask("card_id", "select"), Ask("ruling", "long")), grave=True),
    "CancelCard": Spec((Ask("card_id", "select"), Ask("ruling", "long"))),
    "IssueCard": Spec((Ask("rule", "select"), Ask("unit", "select"), Ask("happened_on", "date"), REASON), grave=True),
    "RecordDelivery": Spec(
        (
            Ask("document_id", "select"),
            Ask("way", "select"),
            Ask("delivered_on", "date"),
            Ask("receiver", "text", False),
            Ask("tracking_no", "text", False),
        )
    ),
}

# Done in a panel of the workspace, beside what they are about.
IN_PANEL = {
    "ReturnCase": "review",
    "RecordGap": "review",
    "DecideItem": "review",
    "ConfirmOpinion": "review",
    "ConcludeReview": "review",
    "ScheduleVisit": "survey",
    "OfferHalfDays": "survey",
    "AcknowledgeVisit": "survey",
    "Conclude": "overview",
    "SignCommitment": "overview",
}

# Where that panel has the form: the page leads there and puts the focus into it.
FORMS = {
    "ReturnCase": "#precheck",
    "RecordGap": "[id^='gap-']",
    "DecideItem": "[data-testid^='deciding-']",
    "ConfirmOpinion": "[id^='confirm-']",
    "ConcludeReview": "#lead-conclusion",
    "ScheduleVisit": "#planner",
    "OfferHalfDays": "#offering",
    "AcknowledgeVisit": "#booked",
    "Conclude": "#verdict-card",
    "SignCommitment": "[data-testid='commitment']",
}

# A panel with a button of its own for the act: while it is open the header does not say the same again.
BESIDE = {"FinishDocumentReview": "review", "EditForm": "form"}

# Done on another page.
ELSEWHERE = {
    "SubmitCase": "form",
    "SubmitSupplement": "form",
    "SignParty": "form",
    "SignIn": "onsite",
    "GiveOpinion": "onsite",
    "VerifyFinding": "onsite",
}

# Not worth a button of their own: they belong to the rows of a panel or to the pages above, or to the system.
QUIET = frozenset(
    {
        *("SaveSection", "ReadParcel", "ConfirmParcel", "AddMaterial", "RemoveMaterial", "InviteParty", "AnswerGap"),
        *("ReadPermittedPlan", "ReadAsBuilt", "ConfirmPermittedPlan", "ConfirmAsBuilt"),
        *("RequestPause", "OpenPublicity", "RequestHigherReview", "AskDelay", "ReportForceMajeure", "ApprovePause"),
        *("RefusePause", "CancelPause", "ClosePause", "RequestExtension", "RequestJointExtension"),
        *("ApproveExtension", "RefuseExtension", "DeemAccepted", "LapseSupplement"),
        *("AnswerChecklist", "RaiseFinding", "WithdrawFinding", "ReplaceOfficer", "DropGap", "AnswerFinding"),
        *("AnswerConsultation", "WithdrawConsultation", "ReopenOpinion"),
        *("ReplyToCard", "UpholdCard", "CancelCard", "NoteGround", "CheckLayers"),
        *("SettleAbsence", "MergeRecord", "ReverseAbsence", "ShowGateCode", "KeepSiteNote", "ExportArchive"),
    }
)

# What comes forward as a button, in this order; at most two do, the rest is in the menu.
FORWARD = (
    *(
        "OfferHalfDays",
        "AcknowledgeVisit",
        "EditForm",
        "SubmitCase",
        "SubmitSupplement",
        "SignParty",
        "SignCommitment",
        "SubmitRectification",
    ),
    *("SignIn", "GiveOpinion", "VerifyFinding", "FinishDocumentReview", "RecordGap"),
    *("DecideItem", "ConfirmOpinion", "ConcludeReview"),
    *("AcceptCase", "ReturnCase", "IssueSupplementNotice", "CloseDocumentReview", "ScheduleVisit"),
    *("IssueRectification", "Conclude", "CloseVisit", "RecordDelivery", "CopyCase"),
)
MOST_FORWARD = 2


def snake(name: str) -> str:
    """The part of a text key for a command: `AcceptCase` reads `accept_case`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
