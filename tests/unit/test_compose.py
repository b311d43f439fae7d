"""docker-compose.yml, docker/ and docs/operations.md agree with each other and with the code."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.settings import ROOT, Settings

FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROFILES = {
    "embedded": {"callcenter"},
    "scaled": {"site", "asterisk", "redis", "postgresql", "line", "speech", "work", "api"},
}
OURS = sorted(set.union(*PROFILES.values()) - {"redis", "postgresql"})
PASSWORD = re.compile(r"[0-9a-f]{32}")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_has_its_services_and_no_others(profile: str) -> None:
    found = {name for name, service in SERVICES.items() if profile in service["profiles"]}
    assert found == PROFILES[profile]


@each_service
def test_a_service_is_watched_unless_it_ends_by_itself(name: str) -> None:
    if SERVICES[name]["restart"] == "no":
        needed = [service.get("depends_on", {}).get(name) for service in SERVICES.values()]
        assert {"condition": "service_completed_successfully"} in needed
    else:
        assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@each_service
def test_a_service_has_no_rights_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert "cap_add" not in service


@each_service
def test_ports_are_published_on_loopback_only(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_ours_stay_on_the_loopback_defaults_of_the_settings(name: str) -> None:
    service = SERVICES[name]
    assert service["network_mode"] == "host"
    set_here = {key.removeprefix("CALLCENTER_").lower() for key in service.get("environment", {})}
    assert set_here <= {"asterisk_managed"}
    fields = Settings.model_fields
    assert {fields[key].default for key in ("bind_host", "sip_host", "audiosocket_host")} == {
        "127.0.0.1"
    }


@each_service
def test_no_secret_stands_in_the_file(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        secret = any(word in key for word in ("PASSWORD", "SECRET", "TOKEN", "DATABASE_URL"))
        assert not secret or value.startswith("/run/secrets/")
    assert set(SERVICES[name].get("secrets", [])) <= set(COMPOSE["secrets"])


def test_every_variable_and_secret_of_ours_is_a_setting() -> None:
    text = FILE.read_text("utf-8") + (ROOT / "docker" / "Dockerfile").read_text("utf-8")
    named = set(re.findall(r"CALLCENTER_([A-Z][A-Z_]+)", text))
    secret = {name.upper() for name in COMPOSE["secrets"] if name.startswith("callcenter_")}
    named |= {name.removeprefix("CALLCENTER_") for name in secret}
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(set(OURS) - {"asterisk", "callcenter"}))
def test_a_container_runs_a_command_of_ours(name: str) -> None:
    assert SERVICES[name]["command"][0] in COMMANDS


def test_every_image_ends_as_a_user_without_rights() -> None:
    stages = (ROOT / "docker" / "Dockerfile").read_text("utf-8").split("\nFROM ")[1:]
    final = {stage.split()[2]: stage for stage in stages}
    for service in (SERVICES[name] for name in OURS):
        assert re.search(r"^USER 10001:10001$", final[service["build"]["target"]], re.MULTILINE)


def test_secrets_are_made_once_and_fit_the_published_ports(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    made = tmp_path / "docker" / "secrets"
    for old in made.glob("[!.]*"):
        old.unlink()
    for _ in range(2):
        subprocess.run([tmp_path / "docker" / "make-secrets"], check=True, capture_output=True)
        files = {f"docker/secrets/{path.name}": path.read_text() for path in made.glob("[!.]*")}
        assert set(files) == {secret["file"] for secret in COMPOSE["secrets"].values()}
        passwords = {PASSWORD.search(text).group() for text in files.values()}  # type: ignore[union-attr]
        assert len(passwords) == 2
    assert made.stat().st_mode & 0o077 == 0
    settings = Settings(_secrets_dir=made)  # type: ignore[call-arg]
    published = {SERVICES[name]["ports"][0].rpartition(":")[0] for name in ("postgresql", "redis")}
    assert {
        re.search(r"@([^/]+)/", url).group(1)  # type: ignore[union-attr]
        for url in (settings.database, settings.bus_url)
    } == published


def test_operations_names_every_setting_with_its_default() -> None:
    rows = re.findall(
        r"^\| `CALLCENTER_(\w+)` \| (?:`(.*?)`|none) \|",
        (ROOT / "docs" / "operations.md").read_text("utf-8"),
        re.MULTILINE,
    )
    fields = Settings.model_fields
    assert dict(rows) == {name.upper(): _shown(field.default) for name, field in fields.items()}


def test_health_says_what_does_not_answer(tmp_path: Path) -> None:
    base = {"CALLCENTER_VAR_DIR": str(tmp_path)}
    away = {
        "CALLCENTER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "CALLCENTER_BUS_URL": "redis://127.0.0.1:1/0",
    }
    well = CliRunner().invoke(app, ["health"], env=base)
    assert well.exit_code == 0
    ill = CliRunner().invoke(app, ["health"], env=base | away)
    assert ill.exit_code == 1
    assert ill.stderr.splitlines() == ["does not answer: database", "does not answer: bus"]
    api = CliRunner().invoke(app, ["health", "--api"], env=base | {"CALLCENTER_HTTP_PORT": "1"})
    assert (api.exit_code, api.stderr) == (1, "does not answer: API\n")


def _shown(default: Any) -> str:
    """A default as the table has it: folders of the project from its root on."""
    if default is None:
        return ""
    if isinstance(default, Path) and default.is_absolute():
        return str(default.relative_to(ROOT))
    return str(default).lower() if isinstance(default, bool) else str(default)
