"""Every setting, with defaults that run the embedded deployment; `CALLCENTER_NAME=value` overrides.

In a container a value may also come from the file `/run/secrets/callcenter_name`, as it should
where it holds a password. Secrets are never defaults: those the embedded deployment needs are made
at first start and kept under `var/` readable by the owner only (see `callcenter/ami/asterisk.py`).
"""

import difflib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from callcenter.errors import CannotStartError

ROOT = Path(__file__).resolve().parent.parent
SECRETS = Path("/run/secrets")  # where container engines put them
NOT_SETTINGS = {"CALLCENTER_LOG"}  # read by logs.py before there are settings

_DIAL_PATTERN = r"([0-9XZN]|\[[0-9-]+\]){3,16}"
DIAL_OUT_NUMBERS = " ".join(
    (
        "1[3-9]XXXXXXXXX",  # mobile
        "010[2-8]XXXXXXX",
        "02X[2-8]XXXXXXX",
        "0[3-9]XX[2-8]XXXXXX",  # area code and number; 00 (abroad) is in none
        "0[3-9]XX[2-8]XXXXXXX",
        "[2-8]XXXXXX",  # of the county itself; not 95, 96: services that may charge
        "[2-8]XXXXXXX",
        "119",
        "120",
        "122",
    )
)


class Settings(BaseSettings):
    """One site's choices. Ports are TCP unless named otherwise; 0 is never a port here."""

    model_config = SettingsConfigDict(
        env_prefix="CALLCENTER_",
        extra="forbid",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    node: str = Field("n1", pattern=r"^[a-z0-9]{1,8}$", description="this Asterisk's name")
    var_dir: Path = Field(Path("var"), description="all state; deleting it is a clean start")
    deps_dir: Path = Field(ROOT / ".deps", description="the project's own tree of Debian programs")
    asterisk_config_dir: Path = ROOT / "asterisk-config"
    county_dir: Path = ROOT / "data" / "demo-county"
    rules_dir: Path = ROOT / "callcenter" / "classify" / "rules"
    models_dir: Path = Field(ROOT / "models", description="where Vosk models lie")
    vosk_model: Path | None = Field(None, description="this model and no other")

    database_url: str | None = Field(
        None,
        pattern=r"^(sqlite:///|postgresql(\+psycopg)?://).+",
        description="default: SQLite under var_dir",
    )
    bus_url: str = Field("memory://", pattern=r"^(memory://|redis://.+|rediss://.+)")

    bind_host: str = Field("127.0.0.1", description="where our own servers listen")
    http_port: int = Field(8000, ge=1, le=65535)
    fastagi_port: int = Field(4573, ge=1, le=65535)
    audiosocket_host: str = Field("127.0.0.1", description="where Asterisk finds the speech role")
    audiosocket_port: int = Field(9092, ge=1, le=65535)

    password_characters: int = Field(15, ge=8, le=64, description="a password has at least")
    session_idle_minutes: int = Field(30, ge=1, description="unused so long, signed out")
    session_hours: int = Field(12, ge=1, le=720, description="then signed out in any case")
    sign_in_tries: int = Field(5, ge=1, description="wrong passwords of one name, then waiting")
    sign_in_tries_per_address: int = Field(50, ge=1, description="the same from one address")
    sign_in_wait_seconds: int = Field(30, ge=1, le=900, description="first; twice as long each")
    cookie_secure: bool = Field(False, description="the session's cookie only goes over HTTPS")

    openid_issuer: str = Field(
        "",
        pattern=r"^(https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?)?$",
        description="the provider that people sign in at; empty: local accounts only",
    )
    openid_client_id: str = Field("", max_length=200, description="as the provider knows us")
    openid_client_secret: SecretStr = Field(SecretStr(""), description="none: a public client")
    openid_scopes: str = Field(
        "openid profile",
        pattern=r"^(\S+ )*openid( \S+)*$",
        description="asked of the provider, with spaces between",
    )
    openid_return_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="registered at the provider; default: under the address asked for",
    )
    sign_on_file: Path = Field(
        ROOT / "data" / "demo-county" / "sign_on.toml",
        description="which of the provider's words give which roles",
    )

    asterisk_managed: bool = Field(True, description="start Asterisk as a child under var_dir")
    asterisk_host: str = "127.0.0.1"
    ami_port: int = Field(5038, ge=1, le=65535)
    ami_user: str = "callcenter"
    ami_secret_file: Path | None = Field(None, description="default: made under var_dir/secrets")
    caller_key_file: Path | None = Field(None, description="default: made under var_dir/secrets")
    sip_host: str = Field("127.0.0.1", description="where Asterisk listens for phones and carrier")
    sip_port: int = Field(5060, ge=1, le=65535, description="UDP")
    asterisk_http_port: int = Field(8088, ge=1, le=65535, description="WebSocket SIP")
    rtp_first_port: int = Field(10000, ge=1024, le=65534, description="UDP, even")
    rtp_last_port: int = Field(10999, ge=1024, le=65535)
    trunk_contact: str = Field("sip:127.0.0.1:5070", description="the carrier's SIP address")
    seats: int = Field(3, ge=1, le=999, description="seats set up at first start")

    breath_seconds: int = Field(
        3, ge=0, le=60, description="a seat's breath after each call of 12345, whatever else is set"
    )
    phone_silence_seconds: int = Field(
        15, ge=0, le=600, description="no packet from a seat's phone in a talk: lost; 0: never"
    )
    phone_hold_silence_seconds: int = Field(
        300, ge=0, le=3600, description="the same while that phone has the citizen on hold"
    )
    transfer_seconds: int = Field(20, ge=5, le=120, description="a seat rings for a transfer")
    hand_over_seconds: int = Field(
        30, ge=5, le=600, description="the other line may take to answer"
    )
    citizen_ring_seconds: int = Field(45, ge=5, le=120, description="a citizen we ring")
    dial_out_seconds: int = Field(3600, ge=60, le=86400, description="the longest call outside")
    dial_out_numbers: str = Field(
        DIAL_OUT_NUMBERS,
        pattern=rf"^{_DIAL_PATTERN}( {_DIAL_PATTERN})*$",
        description="Asterisk's patterns of the numbers we may ring, with spaces between",
    )
    supervision_shown: bool = Field(True, description="agents see that a supervisor listens")
    ring_no_answer_limit: int = Field(2, ge=1, description="rung in vain so often: paused")
    pause_reasons: str = Field(
        "休息 用餐 会议 培训 外出 其他",
        pattern=r"^[^|,;\"]+$",
        description="what a pause may be for, with spaces between",
    )
    wrap_up_seconds: float = Field(30.0, ge=0, description="after each talk; 0: none")
    wrap_up_extension_seconds: float = Field(60.0, gt=0, description="more, once")
    reconcile_seconds: float = Field(60.0, gt=0, description="between looks at Asterisk's picture")
    police_outside_number: str = Field(
        "", pattern=r"^([0-9]{3,16})?$", description="rung where no seat can take 110; empty: none"
    )
    police_outside_after_seconds: int = Field(30, ge=1, le=600, description="of waiting on 110")

    ami_silence_seconds: float = Field(6.0, gt=0, description="silent longer: the link is dead")
    handler_attempts: int = Field(5, ge=1, description="then a fact is parked")
    retry_seconds: float = Field(0.5, ge=0, description="first pause before a handler is retried")
    callback_attempts: int = Field(2, ge=1, description="rung in vain so often, no more")
    callback_by_robot: bool = True
    callback_hours: str = Field(
        "08:00-21:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$",
        description="county time in which the robot asks for ratings; 00:00-24:00: always",
    )
    notices_file: Path = Field(
        ROOT / "data" / "demo-county" / "notices.toml",
        description="words, ports and addresses of notices",
    )
    notices_send: bool = Field(False, description="off: the log shows what would have left")
    notice_sms_secret: str = Field("", description="{secret} in the gateway's request")
    notice_email_password: str = Field("", description="of the mail server's user")
    notice_webhook_secret: str = Field("", description="signs webhooks; 24 characters or more")
    partners_file: Path = Field(
        ROOT / "data" / "demo-county" / "partners.toml",
        description="centres with which cases are exchanged",
    )
    exchange_secrets: str = Field(
        "",
        pattern=r"^([A-Za-z0-9-]{1,20}=\S+( |$))*$",
        description="signs what is exchanged: partner=secret of 24 characters, spaces between",
    )
    transcribe: bool = Field(True, description="off: no words, recordings only")

    plans_file: Path = Field(
        ROOT / "data" / "demo-county" / "plans.toml", description="hours, holidays, overload"
    )
    evaluation_file: Path = Field(
        ROOT / "data" / "demo-county" / "evaluation.toml",
        description="limits, weights and marks of evaluation",
    )
    public_file: Path = Field(
        ROOT / "data" / "demo-county" / "public.toml",
        description="how to reach the centre, and its notices, for the open page",
    )
    public_tries: int = Field(
        5, ge=1, le=100, description="wrong questions about one case in 24 h on the open page"
    )
    public_tries_per_address: int = Field(
        50, ge=1, description="the same of one address in an hour, about whatever cases"
    )
    public_least: int = Field(
        5, ge=2, le=1000, description="an open figure of fewer cases than this is left out"
    )
    duplicates_file: Path = Field(
        ROOT / "data" / "demo-county" / "duplicates.toml",
        description="what is offered as the same matter, and why",
    )
    quality_file: Path = Field(
        ROOT / "data" / "demo-county" / "quality.toml",
        description="the form by which calls' handling is judged",
    )
    answers_file: Path = Field(
        ROOT / "data" / "demo-county" / "answers.toml",
        description="what seats may answer on the spot",
    )
    english_seconds: int = Field(
        15, ge=0, le=60, description="free seats with the skill ring first for English; 0: never"
    )
    retention_file: Path = Field(
        ROOT / "data" / "demo-county" / "retention.toml",
        description="how long what is kept of citizens",
    )
    retention_deletes: bool = Field(False, description="off: what is due is shown, not deleted")
    waiting_word_seconds: int = Field(30, ge=1, description="a waiting caller hears the place")
    kept_place_rings: Literal["seat", "citizen"] = Field("seat", description="who is rung first")
    kept_place_near: int = Field(1, ge=0, description="citizen first: rung when so many are before")
    kept_place_ring_seconds: int = Field(30, ge=5, le=120, description="a try to reach a citizen")
    kept_place_pause_seconds: int = Field(120, ge=0, description="before the second try")
    message_seconds: int = Field(180, ge=10, description="the longest message")
    message_silence_seconds: int = Field(5, ge=2, description="of silence end a message")
    rate_seconds: int = Field(5, ge=0, le=30, description="to rate a talk by key; 0: not asked")

    map_tiles_url: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9.-]+(:\d+)?/[^\s;,'\"]*\{[zxy]\}[^\s;,'\"]*)?$",
        description="a tile server's pictures under the map; empty: none, nothing is asked outside",
    )
    map_tiles_attribution: str = Field("", max_length=200, description="shown on the map")
    map_tiles_from_zoom: int = Field(0, ge=0, le=24)
    map_tiles_to_zoom: int = Field(18, ge=0, le=24, description="larger is drawn from this")

    open311_keys: str = Field(
        "",
        pattern=r"^([a-z0-9-]{1,20}=[0-9a-f]{64}( |$))*$",
        description="programs that may file: label=SHA-256 of the key, with spaces between",
    )
    open311_open: bool = Field(False, description="anybody may file, without a key")
    open311_jurisdiction: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]{0,60}$", description="default: the county's code"
    )
    open311_publishes_words: bool = Field(False, description="answers show what citizens wrote")
    open311_shows_calls: bool = Field(False, description="answers show tickets of calls, too")
    open311_tokens: bool = Field(False, description="filing answers with a token")
    open311_contact: str = Field("12345", max_length=500, description="whom programmers ask")

    @model_validator(mode="after")
    def _ports_are_apart(self) -> Self:
        names = ("http_port", "fastagi_port", "audiosocket_port", "ami_port", "asterisk_http_port")
        taken: dict[int, str] = {}
        for name in names:
            port = getattr(self, name)
            if port in taken:
                both = f"{_variable(taken[port])} and {_variable(name)}"
                raise ValueError(f"{both} are both {port}; give them two ports")
            taken[port] = name
        if self.rtp_last_port <= self.rtp_first_port:
            first, last = _variable("rtp_first_port"), _variable("rtp_last_port")
            raise ValueError(f"{last} must be above {first}")
        return self

    @model_validator(mode="after")
    def _a_provider_knows_us(self) -> Self:
        if self.openid_issuer and not self.openid_client_id:
            missing, given = _variable("openid_client_id"), _variable("openid_issuer")
            raise ValueError(f"{missing} is missing: {given} needs it")
        if not self.openid_client_secret.get_secret_value().isascii():
            raise ValueError(f"{_variable('openid_client_secret')} is not ASCII: choose another")
        return self

    @model_validator(mode="after")
    def _tiles_are_whole(self) -> Self:
        url, name = self.map_tiles_url, _variable("map_tiles_url")
        lacking = [one for one in ("{z}", "{x}", "{y}") if one not in url]
        if url and lacking:
            raise ValueError(f"{name} has no {lacking[0]}: name zoom, column and row of a tile")
        if self.map_tiles_from_zoom > self.map_tiles_to_zoom:
            raise ValueError(f"{_variable('map_tiles_from_zoom')} is above map_tiles_to_zoom")
        return self

    @property
    def map_tiles_origin(self) -> str:
        """The origin of the tile server (RFC 6454); empty where there is none."""
        return "/".join(self.map_tiles_url.split("/")[:3])

    @property
    def dial_patterns(self) -> tuple[str, ...]:
        """Asterisk's patterns of the numbers that may be rung outside."""
        return tuple(self.dial_out_numbers.split())

    @property
    def database(self) -> str:
        """SQLAlchemy's URL of the store."""
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'callcenter.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """The store's file; None where it is no SQLite file."""
        kind, _, path = self.database.partition(":///")
        return Path(path) if kind == "sqlite" and path else None

    @property
    def may_pause_for(self) -> tuple[str, ...]:
        """What a pause may be for."""
        return tuple(self.pause_reasons.split())

    @property
    def recordings_dir(self) -> Path:
        """Where Asterisk writes `CALL_ID-citizen.wav` and `CALL_ID-seat.wav`."""
        return self.var_dir.resolve() / "recordings"

    @property
    def recordings_mark(self) -> Path:
        """Stands in the real folder of recordings, not in an empty one to be mounted over."""
        return self.recordings_dir / ".recordings"

    @property
    def attachments_dir(self) -> Path:
        """Where tickets' attachments lie, named by their hash."""
        return self.var_dir.resolve() / "attachments"

    @property
    def exports_dir(self) -> Path:
        """Where exported tables may be laid, to be deleted when their time is over."""
        return self.var_dir.resolve() / "exports"

    @property
    def prompts_dir(self) -> Path:
        """Where spoken lines lie as Asterisk plays them: 8 kHz, 16 bit, mono."""
        return self.var_dir.resolve() / "prompts"

    @property
    def log_dir(self) -> Path:
        """Asterisk's own logs: queue_log and CEL, from which missed calls are rebuilt."""
        return self.var_dir.resolve() / "asterisk" / "log"

    def program(self, name: str) -> str:
        """The path of a third-party program: of the project's own tree, else of PATH.

        Raises:
            CannotStartError: It is in neither.
        """
        own = self.deps_dir.resolve() / "bin" / name
        found = str(own) if own.is_file() else shutil.which(name)
        if found is None:
            raise CannotStartError(
                f"The program {name} is neither in {own.parent} nor in PATH; run `setup/run demo`."
            )
        return found


def load_settings(**overrides: object) -> Settings:
    """The settings of this process from the environment.

    Raises:
        CannotStartError: One line that names the setting, what is wrong and what it must be.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        fault = first["msg"].removeprefix("Value error, ")
        told = f"{_variable(name)} cannot be used: {fault}" if name else fault
        raise CannotStartError(f"{told}. See docs/operations.md.") from error


def _refuse_unknown(environment: Iterable[str]) -> None:
    """A misspelt setting would otherwise be silently without effect."""
    known = {_variable(name) for name in Settings.model_fields} | NOT_SETTINGS
    for variable in environment:
        if variable.startswith("CALLCENTER_") and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f": did you mean {near[0]}?" if near else "."
            raise CannotStartError(f"{variable} is no setting{hint} See docs/operations.md.")


def _variable(name: str) -> str:
    return f"CALLCENTER_{name.upper()}"
