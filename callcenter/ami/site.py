"""This site's values for Asterisk: what `asterisk-config/` takes from the include files.

`asterisk-config/*.conf` are the very files that run: `var/asterisk/etc` links to them. Beside the
links lie three generated files: `asterisk.conf` (folders), `site.conf` (every value that differs
from site to site) and `seats.conf` (one phone a seat). `site.conf` holds templates only, which
Asterisk skips unless a section takes them; so one file serves pjsip, queues, manager and the rest
without its sections turning into queues or manager users.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from ifaddr import get_adapters

from callcenter.ami.passwords import ami_secret, robot_secret, seat_secret, write_private
from callcenter.errors import CannotStartError
from callcenter.settings import Settings

_AMI_USER = "callcenter"  # the section in asterisk-config/manager.conf
_CONFIG_MARKS = ";&,|()[]{}$\"'\\"
_ALL_ADDRESSES = ("0.0.0.0", "::")
_SOCKET_PATH_LIMIT = 107  # bytes a Unix socket's path may have (unix(7)), without the final zero


def seat_names(settings: Settings) -> list[str]:
    """The first seats, as many as `settings.seats`: `seat-01` on. The register has all."""
    return [f"seat-{number:02}" for number in range(1, settings.seats + 1)]


def config_file(settings: Settings) -> Path:
    """The `asterisk.conf` this var_dir's Asterisk runs with; it names the process as ours."""
    return asterisk_dir(settings) / "etc" / "asterisk.conf"


def asterisk_dir(settings: Settings) -> Path:
    """Where all of Asterisk's own state lies."""
    return settings.var_dir.resolve() / "asterisk"


def write_site(settings: Settings, seats: Iterable[str] | None = None) -> bool:
    """Writes links, folders and the generated files; True where a file changed.

    Args:
        settings: The site's.
        seats: Those that are open; None where the register cannot be asked: those written before,
            and the first ones.

    Raises:
        CannotStartError: A setting does not go with a managed Asterisk.
    """
    _refuse_unusable(settings)
    base = asterisk_dir(settings)
    for name in ("etc", "log/cel-custom", "run", "spool", "lib/keys"):
        (base / name).mkdir(parents=True, exist_ok=True)
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    settings.recordings_mark.touch()
    etc = base / "etc"
    _link_config(settings.asterisk_config_dir.resolve(), etc)
    written = {
        "asterisk.conf": _asterisk_conf(settings, base),
        "site.conf": _site_conf(settings),
        "queuerules.conf": _queuerules_conf(settings),
    }
    changed = any([write_private(etc / name, text) for name, text in written.items()])
    known = seats if seats is not None else _written_seats(etc) | set(seat_names(settings))
    return write_seats(settings, known) or changed


def write_seats(settings: Settings, seats: Iterable[str]) -> bool:
    """Writes the telephones of these seats, with their passwords; True where the file changed."""
    head = "; Written by callcenter from its register of seats: `callcenter seats --help`.\n\n"
    text = head + "".join(_seat(settings, seat) for seat in sorted(seats))
    return write_private(asterisk_dir(settings) / "etc" / "seats.conf", text)


def _written_seats(etc: Path) -> set[str]:
    """The seats in seats.conf as it was written last."""
    try:
        text = (etc / "seats.conf").read_text("utf-8")
    except FileNotFoundError:
        return set()
    return set(re.findall(r"^\[(seat-\d+)\]\(seat\)$", text, re.MULTILINE))


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
        "highpriority": "yes",  # where it may: voices stay whole on a busy machine
        "transmit_silence": "yes",  # a silent side still sends packets, so recordings have no holes
        "documentation_language": "en_US",
        "defaultlanguage": "zh",  # of prompts; en/ beside them holds the English ones
        "hideconnect": "yes",
        "nocolor": "yes",
    }
    return _section("directories", directories) + _section("options", options)


def _program_directories(settings: Settings) -> dict[str, str]:
    """Asterisk's modules, data and `astcanary`, where setup put them; else where it looks itself.

    The canary has no priority. Once it has had no processor for a minute, or was never found,
    Asterisk gives up its own priority for good.
    """
    described = settings.deps_dir / "asterisk.env"
    if not described.is_file():
        return {}
    lines = described.read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return {
        "astmoddir": values["ASTERISK_MODULES"],
        "astdatadir": values["ASTERISK_DATA"],
        "astsbindir": str(settings.deps_dir.resolve() / "bin"),
    }


def _site_conf(settings: Settings) -> str:
    host = settings.sip_host
    prompts = settings.prompts_dir
    templates: dict[str, dict[str, object] | list[tuple[str, object]]] = {
        "site-globals": {
            "FASTAGI": f"{settings.bind_host}:{settings.fastagi_port}",
            "PROMPTS": prompts,
            "RECDIR": settings.recordings_dir,
            **_talks_globals(settings),
            "POLICE_OUTSIDE": settings.police_outside_number,
            **_citizens_globals(settings),
        },
        "site-outside": _outside(settings),
        "site-udp": {"bind": f"{host}:{settings.sip_port}"},
        "site-ws": {"bind": host},
        "site-endpoint": _voice_address(host),
        "site-trunk-aor": {"contact": settings.trunk_contact},
        "site-trunk-identify": {"match": _host(settings.trunk_contact)},
        "site-robot-auth": {"password": robot_secret(settings)},
        "site-seat": {
            "rtp_timeout": settings.phone_silence_seconds,
            "rtp_timeout_hold": settings.phone_hold_silence_seconds,
        },
        "site-line": {"wrapuptime": settings.breath_seconds},
        "site-police": _police(settings),
        "site-manager": {"bindaddr": "127.0.0.1", "port": settings.ami_port},
        "site-manager-user": {"secret": ami_secret(settings)},
        "site-http": {"bindaddr": host, "bindport": settings.asterisk_http_port},
        "site-rtp": {"rtpstart": settings.rtp_first_port, "rtpend": settings.rtp_last_port},
        "site-ice": _offered_addresses(host),
        "site-hold": {"directory": prompts / "hold"},
    }
    head = "; Written by callcenter at every start: change the settings instead.\n\n"
    return head + "".join(_section(name, values, "(!)") for name, values in templates.items())


def _citizens_globals(settings: Settings) -> dict[str, object]:
    """What citizens.conf is told."""
    return {
        "ENGLISH_SECONDS": settings.english_seconds,
        "WORD_SECONDS": settings.waiting_word_seconds,
        "KEPT_RINGS": settings.kept_place_rings,
        "KEPT_NEAR": settings.kept_place_near,
        "KEPT_RING_SECONDS": settings.kept_place_ring_seconds,
        "KEPT_PAUSE_SECONDS": settings.kept_place_pause_seconds,
        "MESSAGE_SECONDS": settings.message_seconds,
        "MESSAGE_SILENCE_SECONDS": settings.message_silence_seconds,
        "RATE_SECONDS": settings.rate_seconds,
    }


def _talks_globals(settings: Settings) -> dict[str, object]:
    """What talks.conf is told."""
    return {
        "TRANSFER_SECONDS": settings.transfer_seconds,
        "HAND_OVER_SECONDS": settings.hand_over_seconds,
        "CITIZEN_SECONDS": settings.citizen_ring_seconds,
        "DIAL_OUT_MILLISECONDS": settings.dial_out_seconds * 1000,
    }


def _outside(settings: Settings) -> list[tuple[str, object]]:
    """The dialplan's own list of numbers that may be dialled; commands check the same."""
    goes = "1,Goto(${CONTEXT}-allowed,${EXTEN},1)"
    return [("exten", f"_{pattern},{goes}") for pattern in settings.dial_patterns]


def _voice_address(host: str) -> dict[str, object]:
    """Voices come in at the address phones call, and at no other of this machine."""
    if host in _ALL_ADDRESSES:
        return {}
    return {"media_address": host, "bind_rtp_to_media_address": "yes"}


def _offered_addresses(host: str) -> dict[str, object]:
    """What stands for each other address of the machine where browsers are told of it: the host.

    Asterisk tells browsers of all addresses but loopback, also where it listens on one alone.
    Decision: docs/decisions/0078-browsers-are-told-one-address.md.
    """
    if host in _ALL_ADDRESSES:
        return {}
    known = sorted({ip.ip for card in get_adapters() for ip in card.ips if ip.is_IPv4})
    return {str(address): host for address in known if address != host}


def _police(settings: Settings) -> dict[str, object]:
    """110's last member: an outside number, on the trunk; none where none is set.

    A static member, so that it is rung while all of ours is down. Its state is that of a custom
    device nobody sets, and it may ring in use: as many callers reach it as wait.
    """
    if not settings.police_outside_number:
        return {}
    return {"member": "Local/dial@police-outside/n,100,outside,Custom:police-outside,yes"}


def _queuerules_conf(settings: Settings) -> str:
    """When 110 reaches further: penalties are explained in callcenter/agents/membership.py.

    At first (QUEUE_MAX_PENALTY of the dialplan's context `visit`) whoever has the lowest penalty of
    those who are free; after the set time also the outside number, where nobody is free; after
    twice that time all alike, in turn: a seat that is free and never picks up would else keep its
    callers from everybody else.
    """
    after = settings.police_outside_after_seconds
    rules = [
        ("penaltychange", f"{after},100,0"),
        ("penaltychange", f"{2 * after},100,0,100"),
    ]
    head = "; Written by callcenter at every start: change the settings instead.\n\n"
    return head + "\n".join(["[police]", *(f"{name} => {value}" for name, value in rules)]) + "\n"


def _seat(settings: Settings, seat: str) -> str:
    """A seat's two telephones: a plain phone refuses what WebRTC asks for.

    Both have the seat's password, and show the seat's name to whom they call.
    """
    secret = seat_secret(settings, seat)
    return "".join(
        _section(name, {"auth": name, "aors": name, "callerid": f'"{seat}" <>'}, f"({kind})")
        + _section(name, {"username": name, "password": secret}, "(seat-auth)")
        + _section(name, {}, "(seat-aor)")
        for name, kind in ((seat, "seat"), (f"{seat}-web", "seat-web"))
    )


def _section(
    name: str, values: dict[str, object] | dict[str, str] | list[tuple[str, object]], of: str = ""
) -> str:
    pairs = values.items() if isinstance(values, dict) else values
    return "\n".join([f"[{name}]{of}", *(f"{key} = {value}" for key, value in pairs)]) + "\n\n"


def _host(sip_uri: str) -> str:
    """The host of `sip:HOST:PORT` or `sip:USER@HOST`."""
    return urlsplit(f"//{sip_uri.split(':', 1)[1]}").hostname or ""
