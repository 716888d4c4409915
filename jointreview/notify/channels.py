"""The channels outside the product."""

from __future__ import annotations

from jointreview.notify.channel import Channel
from jointreview.notify.mail import Mail
from jointreview.notify.robot import Robot
from jointreview.notify.sms import Sms

NAMES = ("mail", "sms", "robot")
WISHES = ("at_once", "daily", "product")
"""What a person may want of a channel: each message, one digest a working day, or nothing outside the product."""


def channels() -> tuple[Channel, ...]:
    """Every channel there is, set up or not."""
    return (Mail(), Sms(), Robot())
