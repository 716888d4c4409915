"""What the administrator sees: staff with posts, units nobody staffs, the record and its filters."""

from __future__ import annotations

import re
from datetime import timedelta

from jointreview.commands.administration import AddStaff, GiveOneTimePassword, SetAccountActive
from jointreview.commands.identity import sign_in
from jointreview.commands.rights import AddPost, EndPost
from jointreview.models import base
from jointreview.models.identity import Audit
from jointreview.queries.access import reveal
from jointreview.queries.people import AUDIT_GROUPS, PAGE_ROWS, audit_page, catalogue_in_force, staff, unit_staffing
from jointreview.settings import ROOT
from jointreview.text import LANGUAGES, texts
from tests.commands.world import PASSWORD, World


def member(world: World, login: str):
    return next(m for m in staff("", "zh", world.now) if m.login == login)


def test_staff_are_found_by_name_login_post_and_unit(world: World) -> None:
    def found(wanted: str) -> set[str]:
        return {m.login for m in staff(wanted, "zh", world.now)}

    assert {"fire", "fire-2", "fire-head"} == found("消防审验科") and found("FIRE-2") == {"fire-2"}
    assert found("综合窗口") == {"clerk"} and found("消防 人 fire-2") == {"fire-2"}
    assert found("没有这个人") == set() and "applicant" not in found("")


def test_a_person_shows_posts_standing_and_browsers_signed_in(world: World) -> None:
    sign_in("fire", PASSWORD, "one browser")
    sign_in("fire", PASSWORD, "another browser")
    account_id = world.actors["fire"].account_id
    world.do("security", AddPost(account_id=account_id, role="clerk", title="窗口"))
    seen = member(world, "fire")
    assert [(p.role, p.unit) for p in seen.posts] == [("officer", "fire"), ("clerk", "")]
    assert (seen.active, seen.sessions, seen.must_change_password) == (True, 2, False)
    world.do("admin", SetAccountActive(account_id=account_id, active=False))
    closed = member(world, "fire")
    assert (closed.active, closed.sessions) == (False, 0) and staff("", "zh", world.now)[-1].login == "fire"


def test_a_session_that_ran_out_is_not_counted(world: World) -> None:
    sign_in("fire", PASSWORD, "")
    assert len(staff("", "zh", world.now)) > 0
    world.now += timedelta(days=400)
    assert member(world, "fire").sessions == 0


def test_a_unit_without_active_officers_is_empty(world: World) -> None:
    def officers(code: str) -> tuple[str, ...]:
        return next(u.officers for u in unit_staffing("zh", world.today) if u.code == code)

    assert len(officers("fire")) == 2
    world.do("security", EndPost(post_id=world.actors["fire"].post_id or 0))
    assert len(officers("fire")) == 1
    world.do("admin", SetAccountActive(account_id=world.actors["fire-2"].account_id, active=False))
    assert officers("fire") == ()


def test_the_catalogue_in_force_tells_its_version_and_size(world: World) -> None:
    found = catalogue_in_force("en", world.today)
    assert found.code == "qidong" and found.version and found.units == len(unit_staffing("en", world.today))


def test_the_record_is_filtered_by_kind_and_by_person(world: World) -> None:
    sign_in("clerk", PASSWORD, "")
    made = world.do("admin", AddStaff(login="new.one", name="新人", role="clerk")).value
    world.do("admin", GiveOneTimePassword(account_id=made["account_id"]))
    whats = [e.what for e in audit_page("accounts", "", 1, "zh").entries]
    assert whats == ["生成一次性密码", "新增账号"]
    sessions = audit_page("sessions", "clerk", 1, "zh")
    assert sessions.total == 1 and "clerk" in sessions.entries[0].who
    assert audit_page("accounts", "new.one", 1, "zh").total == 2
    assert audit_page("", "没有", 1, "zh").entries == ()


def test_a_new_account_stands_on_record_as_the_work_of_the_administrator(world: World) -> None:
    world.do("admin", AddStaff(login="new.one", name="新人", role="clerk"))
    (entry,) = audit_page("accounts", "new.one", 1, "zh").entries
    assert "admin" in entry.who and entry.subject == "new.one"


def test_a_look_at_personal_data_is_on_record_without_the_data(world: World) -> None:
    case_id = world.submitted()
    shown = reveal(world.actors["clerk"], case_id, "S3.parties[0].leader_mobile")
    (entry,) = audit_page("personal", "", 1, "zh").entries
    assert entry.what == "查看完整个人信息" and str(case_id) in entry.subject
    assert shown not in f"{entry.subject} {entry.details}"


def test_the_record_is_paged_and_a_page_too_far_is_the_last(world: World) -> None:
    with base.writing() as session:
        for _ in range(PAGE_ROWS + 5):
            session.add(Audit(at=world.now, account_id=None, action="account.signed_in"))
    last = audit_page("", "", 99, "zh")
    assert (last.page, last.pages, len(last.entries)) == (2, 2, last.total - PAGE_ROWS)


def test_every_action_the_sources_write_down_belongs_to_a_group() -> None:
    written = re.compile(r'(?:action=|action = |_?(?:audit|record)\((?:\w+[.\w]*, )+)"([a-z_]+\.[a-z_]+)"')
    sources = [*(ROOT / "jointreview/commands").glob("*.py"), *(ROOT / "jointreview/queries").glob("*.py")]
    found = {action for file in sources for action in written.findall(file.read_text("utf-8"))}
    assert len(found) > 30 and found - {a for group in AUDIT_GROUPS.values() for a in group} == set()


def test_every_action_on_record_has_its_words() -> None:
    keys = [f"admin.did_{action.replace('.', '_')}" for group in AUDIT_GROUPS.values() for action in group]
    keys += [f"admin.group_{group}" for group in AUDIT_GROUPS]
    assert [key for lang in LANGUAGES for key in keys if key not in texts(lang)] == []
