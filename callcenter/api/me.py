"""Who is signed in, for the routes: by which name they act, and how far their right reaches.

The name that stands in a history is not the client's to choose: it follows from the account, the
role that gives the right, and the seat where an agent sits. A program that shows the operator token
may name whom it acts for; anybody else who names another is refused.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from sqlmodel import Session, select
from starlette.requests import HTTPConnection

from callcenter.agents.agent import Agent
from callcenter.api.deps import ApiContext, Context
from callcenter.api.gate import ASKER, Asker
from callcenter.errors import NotAllowedError
from callcenter.people import audit
from callcenter.people.reach import OPERATOR, Person
from callcenter.people.roles import RIGHTS, Right, Role
from callcenter.tickets.ticket import Ticket


@dataclass(frozen=True)
class Me:
    """Who asks.

    Args:
        person: The account.
        right: By which the gate let them through.
        seat: Where they sit as an agent now.
        address: Where they ask from.
    """

    person: Person
    right: Right
    seat: str | None = None
    address: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those of their roles that have the right, the one they act in first."""
        return tuple(role for role in self.person.roles if self.right in RIGHTS[role])

    def acting(self, named: str | None, roles: Iterable[Role] | None = None) -> str:
        """The name that stands in the history.

        Args:
            named: What the client says; None: nothing.
            roles: In which they act; those that have the right, unless said.

        Raises:
            NotAllowedError: The client names somebody else.
        """
        if self.person.is_operator:
            return named or OPERATOR.name
        own = [self._name_as(role) for role in (self.roles if roles is None else roles)]
        if named is None or named == self.person.name:
            return own[0] if own else self.person.name  # roles may have been taken away
        if named not in own:
            raise NotAllowedError("actor is somebody else: leave it out, it is who is signed in")
        return named

    def acting_on(self, agent: str, named: str | None) -> str:
        """The same of who orders an agent's move: agents themselves by their own name."""
        mine = agent == self.person.name and not self.person.is_operator
        return agent if mine and named in (None, agent) else self.acting(named)

    def _name_as(self, role: Role) -> str:
        if role is Role.SEAT:
            return self.seat or f"seat:{self.person.name}"
        if role is Role.HANDLER:
            return f"handler:{self.person.unit}"
        return f"{role.value}:{self.person.name}"

    def note(self, session: Session, what: str, subject: str, **detail: str) -> None:
        """A line of the audit for what they just did, in the transaction that did it."""
        name, address = self.person.name, self.address
        audit.append(
            session, actor=name, what=what, subject=subject, detail=detail, address=address
        )

    # --- how far ----------------------------------------------------------------------------------

    def require_seat(self, seat: str | None) -> None:
        """Nothing, where they sit there. Raises: NotAllowedError."""
        if not self.person.is_operator and (seat is None or seat != self.seat):
            raise NotAllowedError("this is not your seat's call: sign in at the seat first")

    def require_queues(self, queues: Collection[str]) -> None:
        """Nothing, where one of the queues is theirs to supervise. Raises: NotAllowedError."""
        if not self.person.reaches_queues(queues):
            raise NotAllowedError("this is not of the queues that you supervise")

    def require_agent(self, agent: Agent) -> None:
        """Nothing, where it is themselves, or one they supervise. Raises: NotAllowedError."""
        if Role.SEAT in self.roles and agent.name == self.person.name:
            return
        self.require_queues(agent.queues or agent.may_serve)

    def sees(self, ticket: Ticket, units: Iterable[str] = ()) -> tuple[Role, ...]:
        """The roles by which their right reaches the ticket; none: they may not see it."""
        where, more = ticket.cell or "", tuple(units)
        return tuple(
            role
            for role in self.roles
            if self.person.reaches_ticket(role, ticket.unit, more, where)
        )


def me_of(connection: HTTPConnection, context: Context) -> Me:
    """Who asks; of an agent, where they sit, as it stands now."""
    asker: Asker = connection.scope[ASKER]
    person = asker.person
    seat = _seat_of(context, person.name) if Role.SEAT in person.roles else None
    return Me(person, asker.right, seat, asker.address)


Asking = Annotated[Me, Depends(me_of)]


def _seat_of(context: ApiContext, name: str) -> str | None:
    with context.flow.store.reading() as session:
        return session.exec(select(Agent.seat).where(Agent.name == name)).first()
