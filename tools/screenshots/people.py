"""Who works in the pictures: invented names, one account for each role, agents at seats."""

import secrets
from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from callcenter.agents import moves, seats
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.passwords import Passwords
from callcenter.people.roles import Role

BOTH: Final = ("12345", "110")
ACTOR: Final = "root"
STAFF: Final[Mapping[str, Given]] = {
    "root": Given("周管理", (Role.ADMINISTRATOR,)),
    "li.na": Given("李娜", (Role.SUPERVISOR,), queues=(*BOTH, "dialect")),
    "gao.yuan": Given("高远", (Role.SUPERVISOR,), queues=BOTH),
    "desk": Given("孙丽", (Role.DISPATCHER,)),
    "city": Given("城管局值班", (Role.HANDLER,), unit="U1002"),
    "hao.jun": Given("郝军", (Role.PATROLLER,), grid="140728100"),
    "check": Given("段红", (Role.VERIFIER,)),
    "counts": Given("钱考评", (Role.EVALUATOR,)),
    "wall": Given("指挥大厅", (Role.SCREEN,)),
}
AGENTS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {  # account: name, seat, skills
    "wang.fang": ("王芳", "seat-01", BOTH),
    "zhao.min": ("赵敏", "seat-02", BOTH),
    "chen.jing": ("陈静", "seat-03", BOTH),
    "liu.yang": ("刘洋", "seat-04", BOTH),
    "guo.lei": ("郭磊", "seat-05", BOTH),
    "wu.xia": ("武霞", "seat-06", ("12345",)),
    "ren.jie": ("任杰", "seat-07", ("12345", "dialect")),
}
SEATS: Final = tuple(f"seat-{n:02}" for n in range(1, 11))


def hire(session: Session) -> None:
    """Accounts, seats and agents; nobody knows their passwords, pictures are entered by a code."""
    hashed = Passwords().hash(secrets.token_urlsafe())
    people = STAFF | {name: Given(shown, (Role.SEAT,)) for name, (shown, _, _) in AGENTS.items()}
    for name, given in people.items():
        accounts.add(session, name, given, password=hashed, actor=ACTOR)
        account = session.get(Account, name)
        assert account is not None
        account.must_change = False
    for seat in SEATS:
        seats.create(session, seat, actor=ACTOR)
    for name, (shown, _, skills) in AGENTS.items():
        moves.register(session, name, shown, skills, ACTOR)
