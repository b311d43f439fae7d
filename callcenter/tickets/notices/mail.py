"""The e-mail port: one letter a connection, by Python's own smtplib in a thread.

A letter has left when the server answered its last line with 250. Whatever fails before that line
is sure; whatever fails while its answer is awaited is in doubt, and a person decides: mail servers
know no key that would keep a second one from being delivered.
"""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from callcenter.tickets.notices.book import EmailPort
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.ports import Ending, Letter, Rule, TryEnd

REFUSED_FROM = 500  # SMTP's permanent answers: RFC 5321 section 4.2.1


class MailServer:
    """Letters go to a mail server."""

    kind = PortKind.EMAIL
    rule = Rule.PERSON

    def __init__(self, settings: EmailPort, password: str) -> None:
        self._settings, self._password = settings, password

    async def send(self, letter: Letter) -> TryEnd:
        """Hand over one letter."""
        return await asyncio.to_thread(self._send, letter)

    def _send(self, letter: Letter) -> TryEnd:
        made = self._letter(letter).as_bytes()
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return _before(error)
        with_letter = False
        try:
            if refused := _envelope(server, self._settings.sender, letter.address):
                return refused
            with_letter = True
            code, _ = server.data(made)
            return _answered(code)
        except smtplib.SMTPDataError as error:
            return _answered(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            return TryEnd(Ending.DOUBT, type(error).__name__) if with_letter else _before(error)
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        told = self._settings
        if told.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                told.host, told.port, timeout=told.timeout_seconds, context=context
            )
        else:
            server = smtplib.SMTP(told.host, told.port, timeout=told.timeout_seconds)
        try:
            if told.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if told.user:
                server.login(told.user, self._password)
            else:
                server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _letter(self, letter: Letter) -> EmailMessage:
        made = EmailMessage()
        made["From"], made["To"] = self._settings.sender, letter.address
        made["Subject"] = " ".join(letter.subject.split())  # a line break would begin a header
        made["Date"] = format_datetime(localtime())
        made["Message-ID"] = f"<{letter.key}@{self._settings.sender.partition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
        made.set_content(letter.text)
        return made


def _envelope(server: smtplib.SMTP, sender: str, address: str) -> TryEnd | None:
    for code, _ in (server.mail(sender), server.rcpt(address)):
        if not 200 <= code < 300:
            return _answered(code)
    return None


def _answered(code: int) -> TryEnd:
    told = f"SMTP {code}"
    if 200 <= code < 300:
        return TryEnd(Ending.SENT, told)
    return TryEnd(Ending.REFUSED if code >= REFUSED_FROM else Ending.AGAIN, told)


def _before(error: Exception) -> TryEnd:
    """Nothing left; a wrong password too may be put right before the last try."""
    return TryEnd(Ending.AGAIN, type(error).__name__)
