"""`callcenter accounts` and `audit` on the command line, on each database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlmodel import text
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.people.accounts import opened
from callcenter.people.passwords import Passwords
from callcenter.store import Store
from callcenter.store.append_only import may_delete

Run = Callable[..., Result]


@pytest.fixture
def run(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the store; gives what it said."""
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", store.url.render_as_string(hide_password=False))
    (tmp_path / "var").mkdir()
    return lambda *words: CliRunner().invoke(app, words)


def password_in(result: Result) -> str:
    assert result.exit_code == 0, result.exception
    return result.output.partition("first password: ")[2].strip()


def test_an_account_is_added_changed_given_a_password_and_closed(run: Run, store: Store) -> None:
    password_in(run("accounts", "add", "chief", "--role", "administrator"))
    said = run("accounts", "add", "li.na", "--display-name", "李娜", "--role", "dispatcher",
               "--role", "supervisor", "--queue", "12345", "--grid", "140728100")  # fmt: skip
    first = password_in(said)
    with store.reading() as session:
        account = opened(session, "li.na")
    assert Passwords().fits(first, account.password)
    assert account.must_change
    assert "li.na\t李娜\tdispatcher,supervisor\t-\t140728100\t12345\topen" in said.output
    assert password_in(run("accounts", "password", "li.na")) != first
    changed = run("accounts", "change", "li.na", "--role", "handler", "--unit", "U1002")
    assert "\thandler\tU1002\t140728100\t" in changed.output
    assert "/#enter=" in run("accounts", "link", "li.na").output
    assert "\tclosed" in run("accounts", "close", "li.na").output
    assert run("accounts", "list").output.count("\n") == 3
    shown = run("audit", "show", "--subject", "li.na").output
    assert [line.split("\t")[3] for line in shown.splitlines()] == [
        "account_added", "password_set", "account_changed", "link_made", "account_closed",
    ]  # fmt: skip
    assert first not in shown


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "x", "--role", "boss"), BadInputError),
        (("add", "x", "--role", "operator"), BadInputError),
        (("add", "x"), BadInputError),
        (("add", "x", "--role", "supervisor", "--queue", "911"), BadInputError),
        (("add", "chief", "--role", "seat"), ImpossibleMoveError),
        (("close", "chief"), ImpossibleMoveError),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    run: Run, words: tuple[str, ...], error: type[Exception]
) -> None:
    run("accounts", "add", "chief", "--role", "administrator")
    before = run("accounts", "list").output
    assert isinstance(run("accounts", *words).exception, error)
    assert run("accounts", "list").output == before


def test_verifying_names_the_line_and_fails(run: Run, store: Store) -> None:
    for name in ("chief", "li", "wang"):
        run("accounts", "add", name, "--role", "administrator", "--no-password")
    good = run("audit", "verify")
    assert (good.exit_code, good.output.splitlines()[0]) == (
        0,
        "3 lines, every one as it was written",
    )
    with store.transaction() as session, may_delete(session, "to do damage"):
        session.connection().execute(text("UPDATE audit SET subject = 'zhao' WHERE number = 2"))
    bad = run("audit", "verify")
    assert bad.exit_code == 1
    assert bad.output.startswith("line 2 does not fit")


def test_lines_cut_off_are_missed(run: Run, store: Store) -> None:
    for name in ("chief", "li"):
        run("accounts", "add", name, "--role", "administrator", "--no-password")
    with store.transaction() as session, may_delete(session, "to do damage"):
        session.connection().execute(text("DELETE FROM audit WHERE number = 2"))
    assert run("audit", "verify").output.startswith("line 2 does not fit: it is missing")
