"""The first administrator: made where a centre has no account, told once, and changed at once."""

from pathlib import Path

from callcenter.ami.passwords import write_private
from callcenter.people import accounts
from callcenter.people.head import keep_head
from callcenter.people.passwords import Passwords, generated
from callcenter.settings import Settings
from callcenter.store import Store


def first_administrator(store: Store, settings: Settings) -> str | None:
    """The one-time password of the administrator that was made; None where there are accounts."""
    with store.reading() as session:
        if accounts.all_accounts(session):
            return None
    password = generated()
    hashed = Passwords(least=settings.password_characters).hash(password)
    with store.transaction() as session:
        made = accounts.first(session, hashed)
    keep_head(settings, store)
    return password if made else None


def lay_first_password(settings: Settings, password: str) -> Path:
    """The file, for its owner alone, that holds the password until it is changed."""
    path = _path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, f"{password}\n")
    return path


def forget_first_password(settings: Settings, name: str) -> None:
    """The first administrator has another password: what lay in the file opens nothing."""
    if name == accounts.FIRST:
        _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.var_dir.resolve() / "secrets" / "first-password"
