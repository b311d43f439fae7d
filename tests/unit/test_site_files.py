"""Unit: what Asterisk is told of this machine's addresses."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from callcenter.ami import site
from callcenter.settings import Settings


def card(*addresses: str) -> SimpleNamespace:
    return SimpleNamespace(
        ips=[SimpleNamespace(ip=address, is_IPv4=":" not in address) for address in addresses]
    )


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("127.0.0.1", ["10.1.1.5 = 127.0.0.1", "192.168.7.2 = 127.0.0.1"]),
        ("192.168.7.2", ["10.1.1.5 = 192.168.7.2", "127.0.0.1 = 192.168.7.2"]),
        ("0.0.0.0", []),
    ],
)
def test_browsers_are_told_the_one_address_that_voices_come_in_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, told: list[str]
) -> None:
    cards = [card("127.0.0.1", "::1"), card("192.168.7.2", "fe80::1"), card("10.1.1.5")]
    monkeypatch.setattr(site, "get_adapters", lambda: cards)
    site.write_site(Settings(var_dir=tmp_path, sip_host=host))
    written = (tmp_path / "asterisk" / "etc" / "site.conf").read_text()
    section = written.split("[site-ice](!)\n")[1].split("\n[")[0]
    assert [line for line in section.splitlines() if line] == told
