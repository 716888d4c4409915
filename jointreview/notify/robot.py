"""The robot of a group chat (企业微信, 钉钉): staff are mentioned by their mobile number."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from jointreview.models.identity import Account
from jointreview.notify.channel import NotDelivered
from jointreview.notify.http import json_object, request
from jointreview.notify.ical import Invitation
from jointreview.settings import settings


class Robot:
    """Sends by `JOINTREVIEW_ROBOT_*`. An HTTP 200 whose `errcode` is not 0 is a failure."""

    name = "robot"

    def configured(self) -> bool:
        return bool(settings().robot_url)

    def address(self, account: Account) -> str:
        return account.mobile if account.kind == "staff" else ""

    def send(self, address: str, subject: str, text: str, invitations: Sequence[Invitation] = ()) -> None:
        options = settings()
        url, secret = options.robot_url, options.robot_secret
        if options.robot_kind == "dingtalk" and secret:
            url = signed(url, secret, int(options.current_time().timestamp() * 1000))
        body = json.dumps(_message(options.robot_kind, address, text), ensure_ascii=False).encode()
        answer = json_object(request("POST", url, body, {"Content-Type": "application/json; charset=utf-8"}))
        if answer.get("errcode") != 0:
            raise NotDelivered(f"errcode {answer.get('errcode')}: {answer.get('errmsg', '')}")


def _message(kind: str, mobile: str, text: str) -> dict[str, Any]:
    if kind == "dingtalk":
        return {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": [mobile], "isAtAll": False}}
    return {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": [mobile]}}


def signed(url: str, secret: str, milliseconds: int) -> str:
    """The address with DingTalk's signature: base64 of HMAC-SHA256 over the time, a line feed and the secret."""
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={milliseconds}&sign={quote(base64.b64encode(digest), safe='')}"
