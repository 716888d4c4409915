"""What every way out of the product has in common: whether it is set up, where a person is reached, and sending."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from jointreview.models.identity import Account
from jointreview.notify.ical import Invitation

_MOBILE = re.compile(r"1\d{10}")


class NotDelivered(Exception):
    """The message certainly did not leave: it may be tried again."""


class Uncertain(Exception):
    """Nobody answered after the message was handed over: it may have arrived, so it is never repeated by itself."""


class Channel(Protocol):
    """One way out; `name` is what outbox rows and preferences say."""

    name: str

    def configured(self) -> bool:
        """Whether the settings name a server; without one nothing ever touches the network."""

    def address(self, account: Account) -> str:
        """Where the person is reached, "" for nowhere."""

    def send(self, address: str, subject: str, text: str, invitations: Sequence[Invitation] = ()) -> None:
        """Send one message, by mail with what belongs into the calendar; raises NotDelivered or Uncertain."""


def without_mobiles(text: str) -> str:
    """The text of a fault as it may be kept and logged: telephone numbers are personal data."""
    return _MOBILE.sub("***", text)[:300]
