"""This site's values for Asterisk: what `asterisk-config/` takes from the include files.

`asterisk-config/*.conf` are the very files that run: `var/asterisk/etc` links to them. Beside the
links lie three generated files: `asterisk.conf` (folders), `site.conf` (every value that differs
from site to site) and `seats.conf` (one phone a seat). `site.conf` holds templates only, which
Asterisk skips unless a section takes them; so one file serves pjsip, queues, manager and the rest
without its sections turning into queues or manager users.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from callcenter.errors import CannotStartError
from callcenter.settings import Settings

_AMI_USER = "callcenter"  # the section in asterisk-config/manager.conf
_CONFIG_MARKS = ";&,|()[]{}$\"'\\"
_SOCKET_PATH_LIMIT = 107  # bytes a Unix socket's path may have (unix(7)), without the final zero


def ami_secret(settings: Settings) -> str:
    """The AMI user's password: of `ami_secret_file` where set, else made once under `var_dir`.

    Raises:
        CannotStartError: `ami_secret_file` is set and cannot be read.
    """
    path = settings.ami_secret_file
    if path is None:
        return _kept_secret(settings, "ami")
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise CannotStartError(
            f"CALLCENTER_AMI_SECRET_FILE={path} cannot be read: {error.strerror}."
        ) from error


def seat_secret(settings: Settings, seat: str) -> str:
    """The SIP password of a seat's phone, made at first need."""
    return _kept_secret(settings, seat)


def robot_secret(settings: Settings) -> str:
    """The SIP password of the call-back robot, made at first need."""
    return _kept_secret(settings, "robot")


def seat_names(settings: Settings) -> list[str]:
    """`seat-01`, `seat-02` ... as many as `settings.seats`."""
    return [f"seat-{number:02}" for number in range(1, settings.seats + 1)]


def config_file(settings: Settings) -> Path:
    """The `asterisk.conf` this var_dir's Asterisk runs with; it names the process as ours."""
    return asterisk_dir(settings) / "etc" / "asterisk.conf"


def asterisk_dir(settings: Settings) -> Path:
    """Where all of Asterisk's own state lies."""
    return settings.var_dir.resolve() / "asterisk"


def write_site(settings: Settings) -> bool:
    """Writes links, folders and the three generated files; True where a file changed.

    Raises:
        CannotStartError: A setting does not go with a managed Asterisk.
    """
    _refuse_unusable(settings)
    base = asterisk_dir(settings)
    for name in ("etc", "log/cel-custom", "run", "spool", "lib/keys"):
        (base / name).mkdir(parents=True, exist_ok=True)
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    etc = base / "etc"
    _link_config(settings.asterisk_config_dir.resolve(), etc)
    written = {
        "asterisk.conf": _asterisk_conf(settings, base),
        "site.conf": _site_conf(settings),
        "seats.conf": _seats_conf(settings),
    }
    return any([_write_private(etc / name, text) for name, text in written.items()])


def _refuse_unusable(settings: Settings) -> None:
    control_socket = asterisk_dir(settings) / "run" / "asterisk.ctl"
    if len(str(control_socket).encode()) > _SOCKET_PATH_LIMIT:
        raise CannotStartError(
            f"CALLCENTER_VAR_DIR={settings.var_dir} is too long a path for Asterisk's socket; "
            f"{control_socket} must stay within {_SOCKET_PATH_LIMIT} bytes."
        )
    if set(str(settings.var_dir.resolve())) & set(_CONFIG_MARKS):
        raise CannotStartError(
            f"CALLCENTER_VAR_DIR={settings.var_dir} may hold none of {_CONFIG_MARKS}: "
            "they mean something in Asterisk's configuration."
        )
    if settings.ami_user != _AMI_USER:
        raise CannotStartError(
            f"CALLCENTER_AMI_USER must be {_AMI_USER} while CALLCENTER_ASTERISK_MANAGED is true: "
            "asterisk-config/manager.conf knows no other."
        )


def _kept_secret(settings: Settings, name: str) -> str:
    path = settings.var_dir.resolve() / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _write_private(path, secrets.token_hex(16))
    return path.read_text("ascii").strip()


def _write_private(path: Path, text: str) -> bool:
    """Writes a file only its owner may read, all of it or nothing; False where it was so."""
    if path.is_file() and not path.is_symlink() and path.read_text("utf-8") == text:
        return False
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(text, "utf-8")
    partial.replace(path)
    return True


def _link_config(source: Path, etc: Path) -> None:
    for link in etc.glob("*.conf"):
        if link.is_symlink():
            link.unlink()
    for file in sorted(source.glob("*.conf")):
        (etc / file.name).symlink_to(file)


def _asterisk_conf(settings: Settings, base: Path) -> str:
    directories = {
        "astetcdir": base / "etc",
        "astvarlibdir": base / "lib",
        "astdbdir": base / "lib",
        "astkeydir": base / "lib",
        "astspooldir": base / "spool",
        "astrundir": base / "run",
        "astlogdir": base / "log",
        **_program_directories(settings),
    }
    options = {
        "systemname": settings.node,  # unique ids differ between nodes
        "transmit_silence": "yes",  # a silent side still sends packets, so recordings have no holes
        "documentation_language": "en_US",
        "defaultlanguage": "zh",  # of prompts; en/ beside them holds the English ones
        "hideconnect": "yes",
        "nocolor": "yes",
    }
    return _section("directories", directories) + _section("options", options)


def _program_directories(settings: Settings) -> dict[str, str]:
    """Asterisk's modules and data, where setup put them; nothing: where it was built to look."""
    described = settings.deps_dir / "asterisk.env"
    if not described.is_file():
        return {}
    lines = described.read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return {"astmoddir": values["ASTERISK_MODULES"], "astdatadir": values["ASTERISK_DATA"]}


def _site_conf(settings: Settings) -> str:
    host = settings.sip_host
    prompts = settings.prompts_dir
    line: list[tuple[str, object]] = []
    for seat in seat_names(settings):
        line.append(("member", f"PJSIP/{seat},0,{seat},PJSIP/{seat}"))
    templates: dict[str, dict[str, object] | list[tuple[str, object]]] = {
        "site-globals": {
            "FASTAGI": f"{settings.bind_host}:{settings.fastagi_port}",
            "PROMPTS": prompts,
            "RECDIR": settings.recordings_dir,
            **_citizens_globals(settings),
        },
        "site-udp": {"bind": f"{host}:{settings.sip_port}"},
        "site-ws": {"bind": host},
        "site-endpoint": _voice_address(host),
        "site-trunk-aor": {"contact": settings.trunk_contact},
        "site-trunk-identify": {"match": _host(settings.trunk_contact)},
        "site-robot-auth": {"password": robot_secret(settings)},
        "site-line": line,
        "site-manager": {"bindaddr": "127.0.0.1", "port": settings.ami_port},
        "site-manager-user": {"secret": ami_secret(settings)},
        "site-http": {"bindaddr": host, "bindport": settings.asterisk_http_port},
        "site-rtp": {"rtpstart": settings.rtp_first_port, "rtpend": settings.rtp_last_port},
        "site-hold": {"directory": prompts / "hold"},
    }
    head = "; Written by callcenter at every start: change the settings instead.\n\n"
    return head + "".join(_section(name, values, "(!)") for name, values in templates.items())


def _citizens_globals(settings: Settings) -> dict[str, object]:
    """What citizens.conf is told."""
    return {
        "WORD_SECONDS": settings.waiting_word_seconds,
        "KEPT_RINGS": settings.kept_place_rings,
        "KEPT_NEAR": settings.kept_place_near,
        "KEPT_RING_SECONDS": settings.kept_place_ring_seconds,
        "KEPT_PAUSE_SECONDS": settings.kept_place_pause_seconds,
        "MESSAGE_SECONDS": settings.message_seconds,
        "MESSAGE_SILENCE_SECONDS": settings.message_silence_seconds,
        "RATE_SECONDS": settings.rate_seconds,
    }


def _voice_address(host: str) -> dict[str, object]:
    """Voices come in at the address phones call, and at no other of this machine."""
    if host in ("0.0.0.0", "::"):
        return {}
    return {"media_address": host, "bind_rtp_to_media_address": "yes"}


def _seats_conf(settings: Settings) -> str:
    head = "; Written by callcenter at every start: change the settings instead.\n\n"
    return head + "".join(_seat(settings, seat) for seat in seat_names(settings))


def _seat(settings: Settings, seat: str) -> str:
    auth = {"username": seat, "password": seat_secret(settings, seat)}
    endpoint = {"auth": seat, "aors": seat, "callerid": f'"{seat}" <>'}
    return (
        _section(seat, endpoint, "(seat)")
        + _section(seat, auth, "(seat-auth)")
        + _section(seat, {}, "(seat-aor)")
    )


def _section(
    name: str, values: dict[str, object] | dict[str, str] | list[tuple[str, object]], of: str = ""
) -> str:
    pairs = values.items() if isinstance(values, dict) else values
    return "\n".join([f"[{name}]{of}", *(f"{key} = {value}" for key, value in pairs)]) + "\n\n"


def _host(sip_uri: str) -> str:
    """The host of `sip:HOST:PORT` or `sip:USER@HOST`."""
    return urlsplit(f"//{sip_uri.split(':', 1)[1]}").hostname or ""
