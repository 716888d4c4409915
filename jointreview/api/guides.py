"""Public guides: what each item needs, and a wizard that says what a project needs. Nothing is kept of visitors."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from jointreview.api.access import anybody
from jointreview.api.limits import Limit
from jointreview.api.plain import plain_page
from jointreview.catalog.guides import example_form, guide, guide_lines
from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.catalog.wizard import Advice, advise, as_parameters, given_of
from jointreview.domain.problems import Problem, Refused
from jointreview.settings import settings

router = APIRouter()

_TEMPLATES = Path(__file__).parent / "templates"
_requests = Limit(240, 60)
_STAGES = ("1", "2", "3", "4")
_WORDS = 80


def _catalog() -> Catalog:
    return load_catalog(settings().catalogue, settings().today())


def _too_often(request: Request) -> HTMLResponse | None:
    if _requests.allows(request.client.host if request.client else ""):
        return None
    return plain_page(request, "guide_missing.html", 429, (Problem("public.too_often"),))


def _missing(request: Request) -> HTMLResponse:
    return plain_page(request, "guide_missing.html", 404, (Problem("guide.no_such_item"),))


@router.get("/guides")
@anybody
def guides_page(request: Request, stage: str = "", department: str = "", q: str = "") -> HTMLResponse:
    """All items by stage, narrowed by stage, department and words; what is no stage or department narrows nothing."""
    if refused := _too_often(request):
        return refused
    catalog = _catalog()
    departments = {d.code: d for d in catalog.departments}
    number, bureau, words = int(stage) if stage in _STAGES else 0, department, q.strip()[:_WORDS]
    lines = guide_lines(catalog, number, bureau if bureau in departments else "", words)
    used = {line.department.code for line in guide_lines(catalog)}
    return plain_page(
        request,
        "guides.html",
        catalog=catalog,
        lines=lines,
        departments=[d for d in catalog.departments if d.code in used],
        chosen_stage=number,
        chosen_department=bureau if bureau in departments else "",
        words=words,
    )


@router.get("/guides/public.css")
@anybody
def style() -> FileResponse:
    """The style of the guides."""
    return FileResponse(_TEMPLATES / "guides.css", media_type="text/css")


@router.get("/guides/public.js")
@anybody
def script() -> FileResponse:
    """The script by which the wizard answers at once; without it the button does."""
    return FileResponse(_TEMPLATES / "guides.js", media_type="text/javascript")


@router.get("/guides/wizard")
@anybody
def wizard_page(request: Request, stage: str = "") -> HTMLResponse:
    """The stages to choose from; then the questions of a stage, and what follows from the answers in the address."""
    if refused := _too_often(request):
        return refused
    catalog = _catalog()
    if stage not in _STAGES:
        return plain_page(request, "wizard_stages.html", catalog=catalog)
    advice = advise(catalog, int(stage), given_of(request.query_params.multi_items()))
    return plain_page(
        request,
        "wizard.html",
        catalog=catalog,
        advice=advice,
        start=f"/apply?{urlencode([('stage', stage), *as_parameters(advice)])}",
        materials=_materials(advice),
    )


def _materials(advice: Advice) -> dict[str, list]:
    """The materials by what the applicant has to do about them."""
    found: dict[str, list] = {"upload": [], "later": [], "nothing": [], "open": []}
    for fate in advice.materials:
        material = fate.material
        if fate.fate == "open":
            found["open"].append(material)
        elif fate.fate == "needed" and (material.generated or material.requirement == "shared"):
            found["nothing"].append(material)
        elif fate.fate == "needed":
            found["later" if material.requirement == "deferrable" else "upload"].append(material)
    return found


@router.get("/guides/examples/{stage}/{track}")
@anybody
def example_page(request: Request, stage: str, track: str) -> HTMLResponse:
    """A complete made-up form of a stage."""
    if refused := _too_often(request):
        return refused
    catalog = _catalog()
    try:
        sections = example_form(catalog, int(stage) if stage in _STAGES else 0, track)
    except Refused:
        return _missing(request)
    return plain_page(request, "guide_example.html", sections=sections, stage=catalog.stage(int(stage)), track=track)


@router.get("/guides/{code}")
@anybody
def guide_page(request: Request, code: str) -> HTMLResponse:
    """The guide to one item."""
    if refused := _too_often(request):
        return refused
    try:
        found = guide(_catalog(), code)
    except Refused:
        return _missing(request)
    return plain_page(request, "guide.html", g=found)
