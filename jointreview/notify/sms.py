"""Short messages through the HTTP gateway of any provider, described by settings alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from jointreview.models.identity import Account
from jointreview.notify.channel import NotDelivered
from jointreview.notify.http import json_object, request
from jointreview.notify.ical import Invitation
from jointreview.settings import settings


class Sms:
    """Sends by `JOINTREVIEW_SMS_*`."""

    name = "sms"

    def configured(self) -> bool:
        return bool(settings().sms_url)

    def address(self, account: Account) -> str:
        return account.mobile

    def send(self, address: str, subject: str, text: str, invitations: Sequence[Invitation] = ()) -> None:
        options = settings()
        body = _filled(options.sms_body, options.sms_format, address, text)
        kind = "application/json" if options.sms_format == "json" else "application/x-www-form-urlencoded"
        headers = {"Content-Type": f"{kind}; charset=utf-8"}
        if options.sms_header:
            name, _, value = options.sms_header.partition(":")
            headers[name.strip()] = value.strip()
        url = _put_in(options.sms_url, {"mobile": quote(address, safe=""), "text": quote(text, safe="")})
        answer = request(options.sms_method, url, b"" if options.sms_method == "GET" else body.encode(), headers)
        _check(answer, options.sms_success_field, options.sms_success_value)


def _filled(template: str, form: str, mobile: str, text: str) -> str:
    """The template with the number and the text, escaped so that neither can break out of its place."""
    if form == "json":
        return _put_in(template, {"mobile": _in_json(mobile), "text": _in_json(text)})
    return _put_in(template, {"mobile": quote(mobile, safe=""), "text": quote(text, safe="")})


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _put_in(template: str, values: dict[str, str]) -> str:
    """Replace in one pass, so that a text holding "{mobile}" stays a text."""
    before, mark, after = template.partition("{text}")
    parts = [part.replace("{mobile}", values["mobile"]) for part in (before, after)]
    return parts[0] + (values["text"] if mark else "") + parts[1]


def _check(answer: bytes, field: str, wanted: str) -> None:
    """Without a field the status alone decides; `a.b` names a field within a field."""
    if not field:
        return
    value: Any = json_object(answer)
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    said = json.dumps(value) if isinstance(value, bool) else str(value)
    if value is None or said.casefold() != wanted.casefold():
        raise NotDelivered(f"{field} = {said[:80]}")
