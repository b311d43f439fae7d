"""Passwords: made at random at first need, kept under `var_dir` for the owner's eyes only."""

import secrets
from pathlib import Path

from callcenter.errors import CannotStartError
from callcenter.settings import Settings


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


def operator_token(settings: Settings) -> str:
    """What programs of ours on this machine show the API; whoever can read it may do everything."""
    return _kept_secret(settings, "operator")


def robot_secret(settings: Settings) -> str:
    """The SIP password of the call-back robot, made at first need."""
    return _kept_secret(settings, "robot")


def renew_seat_secret(settings: Settings, seat: str) -> str:
    """A new SIP password for a seat; the phone that knows the old one is refused from now on."""
    _secret_path(settings, seat).unlink(missing_ok=True)
    return seat_secret(settings, seat)


def forget_seat_secret(settings: Settings, seat: str) -> None:
    """The password of a seat that is closed is good for nothing any more."""
    _secret_path(settings, seat).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> bool:
    """Writes a file only its owner may read, all of it or nothing; False where it was so."""
    if path.is_file() and not path.is_symlink() and path.read_text("utf-8") == text:
        return False
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(text, "utf-8")
    partial.replace(path)
    return True


def _kept_secret(settings: Settings, name: str) -> str:
    path = _secret_path(settings, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_private(path, secrets.token_hex(16))
    return path.read_text("ascii").strip()


def _secret_path(settings: Settings, name: str) -> Path:
    return settings.var_dir.resolve() / "secrets" / name
