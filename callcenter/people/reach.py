"""Who is signed in, and how far their rights reach: unit, grid subtree, queues. Pure.

A role's rights over tickets reach by one of two measures: a handler's to the tickets of their own
unit, as lead or beside another, wherever those lie; every other role's to the account's part of the
grid, which is a prefix of cell codes and "" for the whole county. Rights over agents, calls and
queues reach to the queues an account supervises.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from callcenter.people.roles import Right, Role, may


@dataclass(frozen=True)
class Person:
    """Who asks, as far as the session tells; `NOBODY` where none does.

    Args:
        name: The account's; "" of nobody.
        display_name: For the screen.
        roles: What the account is for, the one they act in first.
        unit: A handler's.
        grid: The prefix of the cells that the account is for; "" the whole county.
        queues: That a supervisor supervises.
        must_change: The password is one that somebody else has seen.
        session: The hash that names the session; "" where there is none.
    """

    name: str
    display_name: str
    roles: tuple[Role, ...]
    unit: str = ""
    grid: str = ""
    queues: frozenset[str] = frozenset()
    must_change: bool = False
    session: str = ""

    def may(self, right: Right) -> bool:
        """Whether a role of theirs has the right, however far it reaches."""
        return may(self.roles, right)

    @property
    def is_operator(self) -> bool:
        """Whether this is a program of ours, which may speak for others."""
        return Role.OPERATOR in self.roles

    @property
    def is_screen(self) -> bool:
        """Whether this is a wall and nothing else: its sessions do not end while it is in use."""
        return self.roles == (Role.SCREEN,)

    def reaches_ticket(self, role: Role, unit: str | None, units: Iterable[str], cell: str) -> bool:
        """Whether a role's rights reach a ticket.

        Args:
            role: One of theirs.
            unit: Who leads the case, None where nobody does yet.
            units: Who handles it besides.
            cell: Where it lies; "" where that is not known.
        """
        if role is Role.HANDLER:
            return bool(self.unit) and self.unit in {unit, *units}
        return cell.startswith(self.grid)

    def reaches_queues(self, queues: Collection[str]) -> bool:
        """Whether these are queues, or one of them is, that the person supervises."""
        if Role.OPERATOR in self.roles or Role.ADMINISTRATOR in self.roles:
            return True
        return Role.SUPERVISOR in self.roles and bool(self.queues & set(queues))


NOBODY = Person("", "", (Role.PUBLIC,))
OPERATOR = Person("operator", "本机程序", (Role.OPERATOR,))
