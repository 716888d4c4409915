"""Mail by SMTP: plain text, nothing sent when no mail host is configured."""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from jointreview.settings import Settings, settings

TIMEOUT_SECONDS = 15
_log = logging.getLogger(__name__)


def mail_configured() -> bool:
    """Whether mail can be sent at all."""
    return bool(settings().mail_host)


def send_mail(to: str, subject: str, body: str) -> bool:
    """Send one plain-text message; answers whether the server took it. A failure is logged, never raised."""
    options = settings()
    if not options.mail_host or not to:
        return False
    try:
        _deliver(options, _message(options, to, subject, body))
    except (OSError, smtplib.SMTPException) as error:
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


def _deliver(options: Settings, message: EmailMessage) -> None:
    with smtplib.SMTP(options.mail_host, options.mail_port, timeout=TIMEOUT_SECONDS) as server:
        if options.mail_starttls:
            server.starttls()
        if options.mail_user:
            server.login(options.mail_user, options.mail_password)
        server.send_message(message)
