"""Both OpenAPI documents of the product are true: schemathesis makes requests from them, as nobody and as people.

`make fuzz` runs the same with many more examples and another seed each time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from jointreview.api.app import build_api
from jointreview.api.description import described
from tests.api.helpers import HOST, Browsers, open_house

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "20261127"))
PEOPLE = ("", "applicant", "coordinator")
WITHOUT = {"/api/cases/{case_id}/sheet.html", "/sw.js"}
"""What is made out of a build of the front end, which there is none of here."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with open_house(tmp_path_factory.mktemp("described")) as browsers:
        browsers.case_id = browsers.world.accepted()  # type: ignore[attr-defined]
        yield browsers


def _operations(document: dict[str, Any]) -> list[Any]:
    return [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]


def _drawn(operation: Any) -> list[Any]:
    """Cases of an operation, the same in every run with the same seed."""
    cases: list[Any] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    return cases


def _sent(house: Browsers, who: str, case: Any, root: str) -> requests.PreparedRequest:
    """The case as bytes on the wire; ids of cases are those of a case that is there."""
    if "case_id" in (case.path_parameters or {}):
        case.path_parameters["case_id"] = house.case_id  # type: ignore[attr-defined]
    return requests.Request(**case.as_transport_kwargs(base_url=f"{HOST}{root}")).prepare()


def _faults(answers: dict[str, Any], answer: Any) -> Iterator[str]:
    """What an answer has that the description does not say."""
    told = answers.get(str(answer.status_code))
    if told is None:
        yield f"{answer.status_code} is not declared"
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"a fault of the program: {answer.text[:300]}"
    kind = answer.headers.get("content-type", "").split(";")[0]
    declared = [one.split(";")[0] for one in (told or {}).get("content", {})]
    if answer.content and declared and kind not in declared and "*/*" not in declared:
        yield f"{kind} is not declared, only {declared}"
    if answer.status_code in (429, 503) and "retry-after" not in answer.headers and kind != "text/html":
        yield f"{answer.status_code} without a time to come back"
    if "Traceback" in answer.text:
        yield "a traceback"


def _tried(house: Browsers, document: dict[str, Any], root: str, headers: dict[str, str]) -> Counter[str]:
    wrong: Counter[str] = Counter()
    count = 0
    for operation in _operations(document):
        if operation.path in WITHOUT:
            continue
        answers = document["paths"][operation.path][operation.method.lower()]["responses"]
        for case in _drawn(operation):
            for who in PEOPLE:
                sent = _sent(house, who, case, root)
                carried = {k: v for k, v in sent.headers.items() if k.lower() not in ("cookie", "authorization")}
                try:
                    answer = house.ask(
                        who, sent.method, sent.path_url, content=sent.body, headers={**carried, **headers}
                    )
                except Exception as fault:
                    wrong[f"{operation.label}: {fault!r:.300}"] += 1
                    continue
                if operation.path == "/signout":
                    house._secrets.clear()
                count += 1
                for fault_ in _faults(_resolved(document, answers), answer):
                    wrong[f"{operation.label}: {fault_}"] += 1
    print(f"{count} requests to {len(document['paths'])} paths, seed {SEED}")
    return wrong


def _resolved(document: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    parts = document["components"].get("responses", {})
    return {code: parts[a["$ref"].rpartition("/")[2]] if "$ref" in a else a for code, a in answers.items()}


def test_the_api_answers_as_its_description_says(house: Browsers) -> None:
    assert _tried(house, described(build_api()), "", {}) == {}


def test_the_interface_for_other_programs_answers_as_its_description_says(house: Browsers) -> None:
    document = house.get("coordinator", "/ogc/api").json()
    assert _tried(house, document, "/ogc", {"accept": "application/json"}) == {}


def test_who_is_signed_in_may_read_the_description(house: Browsers) -> None:
    assert house.get("", "/api/openapi.json").status_code == 401
    document = house.get("applicant", "/api/openapi.json").json()
    assert document["paths"]["/api/cases/{case_id}/archive.zip"]["get"]["x-open-to"] == ["coordinator"]
