"""Contract: accounts, sessions, wrong passwords and the audit's chain, on each database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, text

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.people import accounts, audit, sessions, tries
from callcenter.people.accounts import Given
from callcenter.people.beginning import first_administrator
from callcenter.people.head import head_path, keep_head, kept_head
from callcenter.people.roles import Role
from callcenter.people.sessions import Lasting
from callcenter.people.tries import LONGEST, Limits, TooManyTriesError
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.store.append_only import may_delete

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CHIEF = Given("系统管理员", (Role.ADMINISTRATOR,))


def add(store: Store, name: str, given: Given = CHIEF) -> None:
    with store.transaction() as session:
        accounts.add(session, name, given, password="hash", actor="test")


# --- accounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("Li Na", CHIEF, "name"),
        ("", CHIEF, "name"),
        ("li", Given("", (Role.SEAT,)), "display_name"),
        ("li", Given("李", ()), "roles"),
        ("li", Given("李", (Role.OPERATOR,)), "roles"),
        ("li", Given("李", (Role.PUBLIC,)), "roles"),
        ("li", Given("李", (Role.HANDLER,)), "unit"),
        ("li", Given("李", (Role.SUPERVISOR,)), "queues"),
        ("li", Given("李", (Role.DISPATCHER,), grid="140728%"), "grid"),
    ],
)
def test_a_wrong_account_is_refused_by_its_field(store, name, given, fault):
    with store.transaction() as session, pytest.raises(BadInputError, match=fault):
        accounts.add(session, name, given, password="", actor="test")
    with store.reading() as session:
        assert accounts.all_accounts(session) == []


def test_a_name_is_never_given_to_another(store):
    add(store, "admin")
    add(store, "li")
    with store.transaction() as session:
        accounts.close(session, "li", actor="admin")
    with store.transaction() as session, pytest.raises(ImpossibleMoveError, match="exists"):
        accounts.add(session, "li", CHIEF, password="", actor="admin")
    with store.transaction() as session, pytest.raises(NotFoundError):
        accounts.change(session, "li", CHIEF, actor="admin")


@pytest.mark.parametrize(
    "undo",
    [
        lambda s: accounts.close(s, "admin", actor="admin"),
        lambda s: accounts.change(s, "admin", Given(roles=(Role.SEAT,)), actor="admin"),
    ],
)
def test_the_last_administrator_stays(store, undo: Callable):
    add(store, "admin")
    with pytest.raises(ImpossibleMoveError, match="last administrator"), store.transaction() as s:
        undo(s)
    with store.reading() as session:
        (account,) = accounts.all_accounts(session)
    assert (account.is_open, account.person.roles) == (True, (Role.ADMINISTRATOR,))


def test_processes_that_start_at_once_make_one_administrator(store, tmp_path: Path):
    settings = Settings(var_dir=tmp_path)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: first_administrator(store, settings), range(4)))
    assert len([password for password in made if password]) == 1
    with store.reading() as session:
        assert [account.name for account in accounts.all_accounts(session)] == ["admin"]
    assert first_administrator(store, settings) is None


# --- sessions -------------------------------------------------------------------------------------


def begin(store: Store, name: str = "admin") -> str:
    with store.transaction() as session:
        account = accounts.opened(session, name)
        return sessions.begin(session, account, Lasting(), how="password")


def holder(store: Store, token: str, now: datetime | None = None) -> str | None:
    with store.reading() as session:
        found = sessions.holder(session, token, Lasting(), now)
    return found[0].name if found else None


def test_a_session_ends_idle_and_in_any_case(store):
    add(store, "admin")
    token, now = begin(store), datetime.now(UTC)
    assert holder(store, token) == "admin"
    assert holder(store, token, now + timedelta(minutes=29)) == "admin"
    assert holder(store, token, now + timedelta(minutes=31)) is None
    for minutes in range(20, 12 * 60 + 40, 20):
        with store.transaction() as session:
            sessions.touch(session, sessions.hash_of(token), now + timedelta(minutes=minutes))
    assert holder(store, token, now + timedelta(hours=11, minutes=59)) == "admin"
    assert holder(store, token, now + timedelta(hours=12, minutes=1)) is None


def test_no_token_is_kept(store):
    add(store, "admin")
    token = begin(store)
    with store.reading() as session:
        kept = str(session.connection().execute(text("SELECT * FROM signedin")).all())
    assert token not in kept
    assert sessions.hash_of(token) in kept
    assert holder(store, sessions.hash_of(token)) is None


def test_signing_out_everywhere_ends_all_but_the_one_asked_for(store):
    add(store, "admin")
    add(store, "li")
    here, there, other = begin(store), begin(store), begin(store, "li")
    with store.transaction() as session:
        assert sessions.end_all(session, "admin", but=sessions.hash_of(here)) == 1
    assert [holder(store, token) for token in (here, there, other)] == ["admin", None, "li"]


def test_a_closed_account_has_no_session(store):
    add(store, "admin")
    add(store, "li")
    token = begin(store, "li")
    with store.transaction() as session:
        accounts.close(session, "li", actor="admin")
    assert holder(store, token) is None


def test_a_code_lets_in_once_and_not_for_long(store):
    add(store, "admin")
    with store.transaction() as session:
        code, ends_at = sessions.make_code(session, "admin")
    assert ends_at - datetime.now(UTC) <= timedelta(minutes=10)

    def use(_: int) -> bool:
        try:
            with store.transaction() as session:
                return sessions.use_code(session, code).name == "admin"
        except NotFoundError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
    with store.transaction() as session:
        late, _ = sessions.make_code(session, "admin")
    damage(store, "UPDATE entrycode SET ends_at = '2020-01-01 00:00:00+00:00'")
    with store.transaction() as session, pytest.raises(NotFoundError):
        sessions.use_code(session, late)


# --- wrong passwords ------------------------------------------------------------------------------


def wrong(store: Store, now: datetime, name: str = "li", address: str = "a", **limits) -> int:
    """How many seconds one has to wait, 0 where the try counts."""
    try:
        with store.transaction() as session:
            tries.begin(session, name, address, Limits(**limits), now)
    except TooManyTriesError as error:
        return error.seconds
    return 0


def test_each_wrong_password_after_some_waits_twice_as_long(store):
    now, waited = NOON, []
    assert [wrong(store, now) for _ in range(5)] == [0] * 5
    for _ in range(7):
        seconds = wrong(store, now)
        waited.append(seconds)
        assert wrong(store, now + timedelta(seconds=seconds - 2)) > 0
        now += timedelta(seconds=seconds)
        assert wrong(store, now) == 0
    longest = int(LONGEST.total_seconds())
    assert [seconds - 1 for seconds in waited] == [30, 60, 120, 240, 480, longest, longest]
    assert wrong(store, now + timedelta(hours=2)) == 0  # forgotten


def test_an_address_waits_whatever_names_it_tries_and_others_do_not(store):
    for number in range(8):
        assert wrong(store, NOON, f"name{number}", per_address=8) == 0
    assert wrong(store, NOON, "one more", per_address=8) > 0
    assert wrong(store, NOON, "one more", "b", per_address=8) == 0


def test_a_right_password_begins_the_name_anew(store):
    for _ in range(5):
        wrong(store, NOON)
    with store.transaction() as session:
        tries.forgive(session, "li", "a")
    assert wrong(store, NOON) == 0


def test_a_hundred_at_once_are_not_a_hundred_tries(store):
    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(lambda _: wrong(store, NOON), range(40)))
    assert waits.count(0) == 5


def test_names_that_were_typed_are_not_kept(store):
    wrong(store, NOON, "my password by mistake")
    with store.reading() as session:
        kept = str(session.connection().execute(text("SELECT * FROM signintry")).all())
    assert "mistake" not in kept


# --- the audit ------------------------------------------------------------------------------------


def write(store: Store, lines: int, actor: str = "li") -> None:
    for number in range(lines):
        with store.transaction() as session:
            detail = {"case": "路灯", "number": number}
            audit.append(session, actor=actor, what="ticket_read", subject="1", detail=detail)


def verdict(store: Store, settings: Settings | None = None) -> audit.Verdict:
    with store.reading() as session:
        return audit.verify(session, kept_head(settings) if settings else None)


def damage(store: Store, statement: str) -> None:
    """By somebody who knows how to get round the triggers."""
    with store.transaction() as session, may_delete(session, "to do damage"):
        session.connection().execute(text(statement))


def test_an_untouched_chain_fits(store):
    assert verdict(store) == audit.Verdict(0, None)
    write(store, 5)
    found = verdict(store)
    assert (found.lines, found.broken_at) == (5, None)


def test_writers_at_once_keep_one_chain(store):
    together = threading.Barrier(5)

    def many(number: int) -> None:
        together.wait(30)
        write(store, 20, f"writer{number}")

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(many, range(5)))
    found = verdict(store)
    assert (found.lines, found.broken_at) == (100, None)


def test_what_was_not_kept_leaves_no_hole(store):
    write(store, 2)

    def fail(session: Session) -> None:
        audit.append(session, actor="li", what="ticket_read")
        raise ImpossibleMoveError("something else went wrong")

    with pytest.raises(ImpossibleMoveError), store.transaction() as session:
        fail(session)
    write(store, 2)
    assert verdict(store).lines == 4


def test_the_database_itself_refuses_to_change_a_line(store):
    write(store, 2)
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with store.transaction() as session, pytest.raises(DBAPIError, match="never changed"):
            session.connection().execute(text(statement))
    assert verdict(store).lines == 2


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit SET actor = 'somebody else' WHERE number = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE number = 1", 1),
        ("UPDATE audit SET at = '2020-01-01 00:00:00+00:00' WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET hash = 'ab' WHERE number = 6", 6),
        ("UPDATE audit SET number = 60 WHERE number = 2", 2),
    ],
)
def test_the_first_line_that_does_not_fit_is_named(store, statement, first):
    write(store, 6)
    damage(store, statement)
    assert verdict(store).broken_at == first


def test_lines_cut_off_the_end_are_missed_by_the_kept_head(store, tmp_path: Path):
    settings = Settings(var_dir=tmp_path)
    write(store, 6)
    assert keep_head(settings, store)
    assert verdict(store, settings).broken_at is None
    damage(store, "DELETE FROM audit WHERE number > 4")
    assert verdict(store).broken_at is None
    assert verdict(store, settings).broken_at == 5
    write(store, 3)  # what comes after does not hide it, nor is the head kept anew
    assert not keep_head(settings, store)
    assert verdict(store, settings).broken_at == 6


def test_the_head_goes_on_with_the_chain_and_never_back(store, tmp_path: Path):
    settings = Settings(var_dir=tmp_path)
    assert keep_head(settings, store)
    assert kept_head(settings) is None
    for lines in (1, 3):
        write(store, lines)
        keep_head(settings, store)
    kept = kept_head(settings)
    assert kept
    assert kept == verdict(store).head
    assert kept.number == 4
    assert head_path(settings).stat().st_mode & 0o777 == 0o600


def test_lines_are_found_by_who_what_and_when(store):
    write(store, 2, "li")
    write(store, 3, "wang")
    with store.reading() as session:
        assert [line.number for line in audit.listed(session, actor="wang", limit=2)] == [5, 4]
        assert [line.number for line in audit.listed(session, before=3)] == [2, 1]
        assert audit.listed(session, what="account_added") == []
