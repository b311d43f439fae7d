"""Unit: settings that make no sense are refused in one line that names them."""

import shutil

import pytest

from callcenter.errors import CannotStartError
from callcenter.settings import Settings, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE", ""),
        ("NODE", "N 1"),
        ("NODE", "a-name-too-long"),
        ("HTTP_PORT", "0"),
        ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "http"),
        ("HTTP_PORT", ""),
        ("AMI_PORT", "-1"),
        ("SIP_PORT", "5060.5"),
        ("RTP_FIRST_PORT", "80"),
        ("RTP_LAST_PORT", "9000"),  # below the first
        ("AUDIOSOCKET_PORT", "8000"),  # the page's
        ("BUS_URL", "kafka://localhost"),
        ("BUS_URL", "redis://"),
        ("DATABASE_URL", "callcenter.db"),
        ("DATABASE_URL", "mysql://localhost/callcenter"),
        ("SEATS", "0"),
        ("SEATS", "1000"),
        ("AMI_SILENCE_SECONDS", "0"),
        ("HANDLER_ATTEMPTS", "0"),
        ("RETRY_SECONDS", "-1"),
        ("CALLBACK_ATTEMPTS", "0"),
        ("ASTERISK_MANAGED", "perhaps"),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(f"CALLCENTER_{name}", value)
    with pytest.raises(CannotStartError) as refused:
        load_settings()
    assert f"CALLCENTER_{name}" in refused.value.message
    assert "docs/operations.md" in refused.value.message
    assert "\n" not in refused.value.message


def test_two_servers_on_one_port_are_both_named(monkeypatch):
    monkeypatch.setenv("CALLCENTER_FASTAGI_PORT", "8000")
    with pytest.raises(CannotStartError, match="CALLCENTER_HTTP_PORT and CALLCENTER_FASTAGI_PORT"):
        load_settings()


def test_a_refusal_keeps_the_secrets_of_the_value(monkeypatch):
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", "mysql://callcenter:hunter2@localhost/callcenter")
    with pytest.raises(CannotStartError) as refused:
        load_settings()
    assert "hunter2" not in refused.value.message


def test_a_setting_that_is_none_is_refused():
    with pytest.raises(CannotStartError, match="CALLCENTER_COLOUR"):
        load_settings(colour="blue")


@pytest.mark.parametrize(
    "url",
    ["sqlite:////tmp/x.db", "postgresql://u@h:5432/d", "postgresql+psycopg://u:p@h/d"],
)
def test_both_databases_are_taken(monkeypatch, url):
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", url)
    assert load_settings().database == url


def test_all_state_lies_under_one_folder(tmp_path):
    settings = Settings(var_dir=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path}/callcenter.db"
    for folder in (settings.recordings_dir, settings.prompts_dir, settings.log_dir):
        assert folder.is_relative_to(tmp_path)


def test_servers_listen_on_loopback_unless_told():
    assert Settings().bind_host == "127.0.0.1"


def test_a_program_of_the_projects_own_tree_goes_first(tmp_path, monkeypatch):
    own = tmp_path / "bin" / "sh"
    settings = Settings(deps_dir=tmp_path)
    assert settings.program("sh") == shutil.which("sh")
    own.parent.mkdir()
    own.touch()
    assert settings.program("sh") == str(own)


def test_a_missing_program_says_what_to_do(tmp_path):
    with pytest.raises(CannotStartError, match="no-such-program.*run `setup"):
        Settings(deps_dir=tmp_path).program("no-such-program")


def test_a_misspelt_variable_is_named_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_HTTP_PROT", "8080")
    with pytest.raises(CannotStartError, match="CALLCENTER_HTTP_PROT.*CALLCENTER_HTTP_PORT"):
        load_settings()
