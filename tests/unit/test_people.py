"""Unit: who may what, how far rights reach, what a password must be. Pure tables."""

import re

import pytest
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI

from callcenter.api.rights import API, ROUTES, places
from callcenter.api.ticket_rights import MOVERS
from callcenter.errors import BadInputError, CannotStartError
from callcenter.people.passwords import MOST, Passwords, generated
from callcenter.people.reach import OPERATOR, Person
from callcenter.people.roles import GIVEN, RIGHT_NAMES, RIGHTS, ROLE_NAMES, Right, Role
from callcenter.settings import ROOT
from callcenter.tickets.steps import Move

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_every_role_and_right_has_its_row_and_its_name():
    assert set(RIGHTS) == set(ROLE_NAMES) == set(Role)
    assert set(RIGHT_NAMES) == set(Right)
    assert set(MOVERS) == set(Move)
    assert all(any(right in RIGHTS[role] for role in Role) for right in Right)


def test_the_public_gets_what_is_public_and_no_account_speaks_for_others():
    assert RIGHTS[Role.PUBLIC] == {Right.PUBLIC}
    assert [role for role in Role if Right.ACT_FOR_OTHERS in RIGHTS[role]] == [Role.OPERATOR]
    assert not {Role.PUBLIC, Role.OPERATOR} & set(GIVEN)


def test_who_moves_tickets_may_see_them_and_who_sets_up_does_neither_listen_nor_move():
    movers = {role for roles in MOVERS.values() for role in roles}
    assert movers == {role for role in GIVEN if Right.MOVE_TICKETS in RIGHTS[role]}
    assert all(Right.SEE_TICKETS in RIGHTS[role] for role in movers)
    assert not {Right.SUPERVISE, Right.MOVE_TICKETS} & RIGHTS[Role.ADMINISTRATOR]


def test_whatever_tells_of_citizens_is_audited():
    counts = f"POST {API}/tickets/counts"  # how many stand in each step, and takes no words
    for place, row in ROUTES.items():
        tells = row.right in (Right.WATCH, Right.SEE_TICKETS, Right.SEE_FIGURE_LISTS)
        assert bool(row.reads) or not tells or place == counts, place


def test_a_route_without_a_row_ends_the_start_and_so_does_a_row_without_a_route():
    app, router = FastAPI(openapi_url=None), APIRouter()
    router.add_api_route("/secrets", lambda: None)
    app.include_router(router, prefix="/api/v1")
    with pytest.raises(CannotStartError, match="GET /api/v1/secrets names no right"):
        places(app)
    with pytest.raises(CannotStartError, match="is no route"):
        places(FastAPI(openapi_url=None))


@pytest.mark.parametrize(
    ("who", "role", "unit", "beside", "cell", "reaches"),
    [
        (dict(unit="U1"), "handler", "U1", (), "140728100", True),
        (dict(unit="U1"), "handler", "U2", (), "140728100", False),
        (dict(unit="U1"), "handler", "U2", ("U3", "U1"), "140728100", True),
        (dict(unit="U1"), "handler", None, (), "", False),
        (dict(unit=""), "handler", "", (), "", False),
        (dict(unit="U1", grid="140728100"), "handler", "U1", (), "140728200", True),
        (dict(), "dispatcher", None, (), "", True),
        (dict(), "dispatcher", "U9", (), "140728100001", True),
        (dict(grid="140728100"), "dispatcher", "U9", (), "140728100001002", True),
        (dict(grid="140728100"), "dispatcher", "U9", (), "140728101001002", False),
        (dict(grid="140728100"), "dispatcher", "U9", (), "", False),
    ],
)
def test_how_far_a_role_reaches(who, role, unit, beside, cell, reaches):
    person = Person("li", "李", (Role(role),), **who)
    assert person.reaches_ticket(Role(role), unit, beside, cell) is reaches


@pytest.mark.parametrize(
    ("person", "queues", "reaches"),
    [
        (Person("li", "李", (Role.SUPERVISOR,), queues=frozenset({"12345"})), {"12345"}, True),
        (Person("li", "李", (Role.SUPERVISOR,), queues=frozenset({"12345"})), {"110"}, False),
        (Person("li", "李", (Role.SUPERVISOR,), queues=frozenset({"110"})), set(), False),
        (Person("li", "李", (Role.SEAT,), queues=frozenset({"12345"})), {"12345"}, False),
        (Person("li", "李", (Role.ADMINISTRATOR,)), {"110"}, True),
        (OPERATOR, {"110"}, True),
    ],
)
def test_supervisors_reach_their_own_queues(person, queues, reaches):
    assert person.reaches_queues(queues) is reaches


@pytest.mark.parametrize(
    "password",
    [
        "窗前 明月 半杯 冷茶 三只 小羊",
        "correct horse staple cat",
        "ααααββββγγγγδδδδ",
        " leading and trailing ",
    ],
)
def test_length_is_enough(password):
    Passwords(CHEAP).refuse(password, "li.na")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "too short"),
        ("Abc123!@#$%^&*", "too short"),  # signs do not make up for length
        ("窗前明月光疑是地上霜举头望", "too short"),
        ("x" * (MOST + 1), "too long"),
        ("aaaaaaaaaaaaaaaa", "commonest"),
        ("passwordpassword", "commonest"),
        ("PassWordPassWordPass", "commonest"),
        ("1234567890123456", "commonest"),
        ("li.nali.nali.nali.na", "commonest"),
        ("12345123451234512345", "commonest"),
        ("qwertyuiopasdfgh", "commonest"),
        ("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ", "commonest"),  # the same letters, wide
    ],
)
def test_short_or_common_passwords_are_refused(password, fault):
    with pytest.raises(BadInputError, match=fault):
        Passwords(CHEAP).refuse(password, "li.na")


def test_a_generated_password_would_be_taken_and_is_another_each_time():
    made = {generated() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        Passwords(CHEAP).refuse(password, "li.na")


def test_a_password_fits_its_hash_in_any_unicode_form_and_nothing_fits_none():
    passwords = Passwords(CHEAP)
    kept = passwords.hash("e\u0301te\u0301 sur la place")
    assert passwords.fits("\u00e9t\u00e9 sur la place", kept)
    assert not passwords.fits("ete sur la place", kept)
    assert not passwords.fits("", "")
    assert not passwords.fits("anything", "no hash")


def test_the_page_shows_the_tables_that_the_code_has():
    page = (ROOT / "docs" / "people.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in re.findall(r"^\|.*\|$", page, re.MULTILINE)]  # fmt: skip
    shown = {row[0]: row[1:] for row in rows}
    roles = [f"{ROLE_NAMES[role]} `{role}`" for role in GIVEN]
    assert shown["right"] == roles
    for right in Right:
        if right not in (Right.PUBLIC, Right.OWN_ACCOUNT, Right.ACT_FOR_OTHERS):
            marks = ["●" if right in RIGHTS[role] else "" for role in GIVEN]
            assert shown[f"{RIGHT_NAMES[right]} `{right}`"] == marks, right
    for move, movers in MOVERS.items():
        told = "、".join(ROLE_NAMES[role] for role in movers) or "—"
        assert shown[f"`{move}`"] == [told], move
