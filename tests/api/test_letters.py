"""Letters of authority over HTTP."""

from __future__ import annotations

from tests.api.helpers import Browsers

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def ask_to_act(house: Browsers) -> int:
    """The stranger sends a letter and asks to act; answers the agency's id as the owner's page knows it."""
    sent = house.upload("stranger", "授权书.pdf", PDF)
    assert sent.status_code == 200, sent.text
    args = {"credit_code": "91320681MA1N0A1B3X", "letter_upload_id": sent.json()["upload_id"]}
    assert house.send("stranger", "RequestAgency", args).status_code == 200
    return 2  # the first agency of a fresh world is the owner's


def test_the_owner_fetches_the_letter_under_its_name(house: Browsers) -> None:
    answer = house.get("applicant", f"/api/letters/{ask_to_act(house)}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_without_a_right_there_is_no_letter(house: Browsers) -> None:
    agent_id = ask_to_act(house)
    assert [house.get(who, f"/api/letters/{agent_id}").status_code for who in ("fire", "admin", "")] == [
        404,
        404,
        401,
    ]
    assert house.get("clerk", "/api/letters/99999").status_code == 404
    assert house.get("clerk", "/api/letters/abc").status_code == 404
