"""Mail by SMTP: plain text with calendar invitations, nothing sent when no mail host is configured."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from jointreview.models.identity import Account
from jointreview.notify.channel import NotDelivered, Uncertain
from jointreview.notify.ical import Invitation
from jointreview.settings import Settings, settings

TIMEOUT_SECONDS = 15
_log = logging.getLogger(__name__)


class Mail:
    """Sends by `JOINTREVIEW_MAIL_*`."""

    name = "mail"

    def configured(self) -> bool:
        return mail_configured()

    def address(self, account: Account) -> str:
        return account.email

    def send(self, address: str, subject: str, text: str, invitations: Sequence[Invitation] = ()) -> None:
        options = settings()
        try:
            message = _message(options, address, subject, text)
            _invite(message, invitations)
        except ValueError as error:
            raise NotDelivered(str(error)) from error
        _deliver(options, message)


def mail_configured() -> bool:
    """Whether mail can be sent at all."""
    return bool(settings().mail_host)


def send_mail(to: str, subject: str, body: str) -> bool:
    """Send one plain-text message; answers whether the server took it. A failure is logged, never raised."""
    if not mail_configured() or not to:
        return False
    try:
        Mail().send(to, subject, body)
    except (NotDelivered, Uncertain) as error:
        _log.warning("mail was not sent: %s", error)
        return False
    return True


def _message(options: Settings, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = options.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=options.mail_from.rpartition("@")[2])
    message.set_content(body)
    return message


def _invite(message: EmailMessage, invitations: Sequence[Invitation]) -> None:
    """A single invitation is the mail's other reading (RFC 6047), so that mail programs act on it; all are files too.

    As bytes: text would lose the line ends that RFC 5545 asks for.
    """
    if len(invitations) == 1:
        kind = {"charset": "UTF-8", "method": invitations[0].method}
        message.add_alternative(invitations[0].content, "text", "calendar", params=kind)
    for number, one in enumerate(invitations, 1):
        name = "invite.ics" if len(invitations) == 1 else f"invite-{number}.ics"
        message.add_attachment(one.content, "application", "ics", filename=name)


def _deliver(options: Settings, message: EmailMessage) -> None:
    """Whatever fails before the text is handed over certainly did not leave; silence afterwards is uncertain."""
    try:
        server = smtplib.SMTP(options.mail_host, options.mail_port, timeout=TIMEOUT_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(str(error)) from error
    try:
        if options.mail_starttls:
            server.starttls()
        if options.mail_user:
            server.login(options.mail_user, options.mail_password)
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise NotDelivered(str(error)) from error
    try:
        server.send_message(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise NotDelivered(str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(str(error)) from error
    finally:
        server.close()
