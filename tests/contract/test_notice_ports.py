"""Contract: what each port makes of an answer, of a refusal, of silence. The gateway is outside."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bench.fake_gateway import FakeGateway
from callcenter.tickets.notices.book import EmailPort, Port, SmsPort
from callcenter.tickets.notices.http_ports import SmsGateway, Webhook
from callcenter.tickets.notices.mail import MailServer
from callcenter.tickets.notices.ports import Ending, Letter
from callcenter.tickets.notices.signing import is_genuine
from tests.patience import PATIENCE_SECONDS

SECRET = "a secret of twenty-four characters"
LETTER = Letter(
    key="0b9c6f7e-0000-5000-8000-000000000001",
    ticket_number="12345-20250303-0001",
    occasion="filed",
    address="13800000001",
    subject="案件 12345-20250303-0001 已立案",
    text="您反映的问题已登记,编号12345-20250303-0001。",
)


@pytest.fixture
async def gateway():
    async with FakeGateway(slow_seconds=1.0) as gateway:
        yield gateway


@pytest.fixture
async def client():
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        yield client


def sms(gateway: FakeGateway, client: httpx.AsyncClient, **more: Any) -> SmsGateway:
    told: dict[str, Any] = {
        "url": f"http://127.0.0.1:{gateway.http_port}/sms",
        "headers": {"Authorization": "Bearer {secret}"},
        "body": {"to": "{address}", "text": "{text}", "id": "{key}"},
        **more,
    }
    return SmsGateway(SmsPort.model_validate(told), SECRET, client)


def mail(gateway: FakeGateway, **more: Any) -> MailServer:
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": gateway.smtp_port,
        "security": "none",
        "sender": "hotline@county.example",
        **more,
    }
    return MailServer(EmailPort.model_validate(told), "")


def to_program(gateway: FakeGateway) -> Letter:
    url = f"http://127.0.0.1:{gateway.http_port}/hook"
    return Letter(LETTER.key, LETTER.ticket_number, "filed", url, LETTER.subject, LETTER.text)


async def test_a_gateway_is_asked_in_its_own_form(gateway, client):
    end = await sms(gateway, client).send(LETTER)
    assert (end.ending, end.detail) == (Ending.SENT, "HTTP 200")
    assert gateway.seen.delivered == {LETTER.key: (LETTER.address, LETTER.text)}
    assert gateway.seen.headers[LETTER.key]["authorization"] == f"Bearer {SECRET}"
    assert json.loads(gateway.seen.bodies[LETTER.key])["id"] == LETTER.key


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (202, Ending.SENT),
        (301, Ending.REFUSED),  # a redirect is followed nowhere
        (400, Ending.REFUSED),
        (401, Ending.REFUSED),
        (408, Ending.AGAIN),
        (425, Ending.AGAIN),
        (429, Ending.AGAIN),
        (500, Ending.DOUBT),
        (503, Ending.DOUBT),
    ],
)
async def test_what_an_http_status_means(gateway, client, status, ending):
    gateway.answers += [status, status]
    assert (await sms(gateway, client).send(LETTER)).ending is ending
    webhook = Webhook(Port(), SECRET, client)
    end = await webhook.send(to_program(gateway))
    assert (end.ending, end.detail) == (ending, f"HTTP {status}")


@pytest.mark.parametrize(("word", "ending"), [("OK", Ending.SENT), ("0", Ending.AGAIN)])
async def test_a_gateway_that_answers_200_to_everything_is_read(gateway, client, word, ending):
    port = sms(gateway, client, success={"code": word})
    assert (await port.send(LETTER)).ending is ending


async def test_silence_is_doubt(client):
    async with FakeGateway(seed=1, trouble=1.0, slow_seconds=5) as gateway:
        gateway._random.choice = lambda fates: "slow after"
        end = await sms(gateway, client, timeout_seconds=1).send(LETTER)
    assert (end.ending, end.detail) == (Ending.DOUBT, "ReadTimeout")


async def test_a_line_that_is_cut_is_doubt_and_no_connection_is_none(client):
    async with FakeGateway(trouble=1.0) as gateway:
        gateway._random.choice = lambda fates: "cut after"
        port = sms(gateway, client)
        assert (await port.send(LETTER)).ending is Ending.DOUBT
    end = await port.send(LETTER)
    assert (end.ending, end.detail) == (Ending.AGAIN, "ConnectError")


async def test_a_webhook_is_signed(gateway, client):
    assert (await Webhook(Port(), SECRET, client).send(to_program(gateway))).ending is Ending.SENT
    headers, body = gateway.seen.headers[LETTER.key], gateway.seen.bodies[LETTER.key]
    assert is_genuine(SECRET, headers, body, datetime.now(UTC))
    assert headers["webhook-id"] == headers["idempotency-key"] == LETTER.key
    told = json.loads(body)
    assert (told["type"], told["data"]["ticket"]) == ("ticket.filed", LETTER.ticket_number)


@pytest.mark.parametrize(
    ("answer", "ending", "letters"),
    [
        (250, Ending.SENT, 1),
        (451, Ending.AGAIN, 0),
        (552, Ending.REFUSED, 0),
        (0, Ending.DOUBT, 1),  # the line is cut after the letter
    ],
)
async def test_a_letter_has_left_when_the_server_says_so(gateway, answer, ending, letters):
    gateway.answers.append(answer)
    letter = Letter(LETTER.key, "12345-1", "filed", "u@county.example", "案件", "您好")
    assert (await mail(gateway).send(letter)).ending is ending
    assert gateway.seen.letters[LETTER.key] == letters


async def test_a_mail_address_that_is_not_there_is_refused(gateway):
    letter = Letter(LETTER.key, "12345-1", "filed", "refused@county.example", "案件", "您好")
    end = await mail(gateway).send(letter)
    assert (end.ending, end.detail) == (Ending.REFUSED, "SMTP 550")


async def test_a_mail_server_that_is_away_or_speaks_no_tls_is_asked_again(gateway):
    letter = Letter(LETTER.key, "12345-1", "filed", "u@county.example", "案件", "您好")
    end = await mail(gateway, security="starttls").send(letter)
    assert (end.ending, end.detail) == (Ending.AGAIN, "SMTPNotSupportedError")
    port = mail(gateway)
    for server in gateway._servers:
        server.close()
    assert (await port.send(letter)).ending is Ending.AGAIN


async def test_a_line_break_in_a_subject_adds_no_header(gateway):
    letter = Letter(LETTER.key, "1", "filed", "u@county.example", "a\nBcc: x@y", "您好")
    assert (await mail(gateway).send(letter)).ending is Ending.SENT
    told = gateway.seen.bodies[LETTER.key].decode()
    assert "Subject: a Bcc: x@y" in told
    assert "\nBcc:" not in told
