"""What a permit of an earlier stage gives: answers written by the system, and materials nobody uploads again."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from jointreview.catalog.form_engine import certificate_values
from jointreview.catalog.schema import Catalog, Material
from jointreview.commands.certificates_held import held
from jointreview.commands.executor import Context
from jointreview.domain.problems import refuse
from jointreview.models.case import FormSection
from jointreview.models.outcome import Certificate
from jointreview.models.review import Gap

Answers = dict[str, dict[str, Any]]


def permit_answers(ctx: Context) -> Answers:
    """What the permits in force answer in the form of this case, by section."""
    return certificate_values(ctx.catalog, held(ctx.session, ctx.the_case, ctx.today).usable.values())


def answered_by_permits(ctx: Context, values: Answers) -> Answers:
    """The answers with those of the permits over them, and without those of permits that ended."""
    found = {section: dict(entered) for section, entered in values.items()}
    lapsed = certificate_values(ctx.catalog, held(ctx.session, ctx.the_case, ctx.today).ended.values())
    for section, answers in lapsed.items():
        for key, value in answers.items():
            if found.get(section, {}).get(key) == value:
                del found[section][key]
    for section, answers in permit_answers(ctx).items():
        found.setdefault(section, {}).update(answers)
    return found


def write_permit_answers(ctx: Context) -> None:
    """A permit issued or ended since the section was saved: what is handed in says what is true now."""
    for section, answers in permit_answers(ctx).items():
        row = ctx.session.get(FormSection, (ctx.case_id, section))
        if row is not None and any(row.values.get(key) != value for key, value in answers.items()):
            row.values, row.version = {**row.values, **answers}, row.version + 1
            row.saved_at = ctx.now
            ctx.session.add(row)
    ctx.session.flush()


def fetched_paths(catalog: Catalog, usable: dict[str, Certificate]) -> dict[str, Certificate]:
    """The paths of the form's questions that a permit answers, with the permit."""
    return {
        f"{section.code}.{field.key}": usable[field.certificate.kind]
        for section in catalog.sections
        for field in section.fields
        if field.certificate and field.certificate.kind in usable
    }


def asked_by_a_gap(ctx: Context, target: str) -> bool:
    """Whether a notice that is being answered asked for `material:<code>`, or `field:<section>` with what is below.

    After acceptance only what a notice asked for may change (requirements §2.3).
    """
    targets = ctx.session.exec(
        select(Gap.target).where(Gap.case_id == ctx.case_id, col(Gap.status).in_(["told", "answered"]))
    ).all()
    return any(t == target or t.startswith(f"{target}.") for t in targets)


def refuse_what_is_fetched(ctx: Context, material: Material) -> None:
    """A permit the administration itself issued is not asked for again, unless a notice asks for its annexes."""
    permit = held(ctx.session, ctx.the_case, ctx.today).stands_for(material)
    if permit is not None and not asked_by_a_gap(ctx, f"material:{material.code}"):
        raise refuse("commands.material_fetched", material=material.name.model_dump(), number=permit.number)
