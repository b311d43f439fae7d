"""`callcenter seats ...`: the register of seats. A running line role sets up what changed.

Only what the help needs is imported here; the database comes with the command that is run.
"""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from callcenter.agents.seats import PenaltyClass
    from callcenter.facts import SeatMoved

app = typer.Typer(
    help="Seats: list, create, change, close, and their telephones' passwords.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ACTOR = "command-line"
COLUMNS = ("seat", "open", "queues", "on-110", "outside", "phone", "state")
QUEUE_HELP = "A queue it serves while nobody is signed in; several times for several."

Name = Annotated[str, typer.Argument(help="seat-01 to seat-999.")]
Queues = Annotated[list[str] | None, typer.Option("--queue", help=QUEUE_HELP)]
Overflow = Annotated[
    bool | None, typer.Option("--overflow/--normal", help="110 only where no other is free.")
]
DialOut = Annotated[
    bool | None, typer.Option("--dial-out/--no-dial-out", help="May ring outside numbers.")
]


@app.command("list")
def list_seats() -> None:
    """Every seat: open, queues, 110 class, outside calls, telephone, state."""
    from callcenter.agents.seats import all_seats
    from callcenter.commands.register import opened_store

    typer.echo("\t".join(COLUMNS))
    with opened_store() as store, store.reading() as session:
        for seat in all_seats(session):
            fields = (
                seat.name,
                "open" if seat.is_open else "closed",
                seat.standing or "-",
                seat.penalty_class.value,
                "dials-out" if seat.may_dial_out else "inside",
                seat.phone or "no-phone",
                seat.state.value,
            )
            typer.echo("\t".join(fields))


@app.command("create")
def create_seat(
    name: Name, queue: Queues = None, overflow: Overflow = None, dial_out: DialOut = None
) -> None:
    """Create a seat, or open a closed one again; prints its password."""
    from callcenter.agents import seats
    from callcenter.ami.passwords import seat_secret
    from callcenter.commands.register import order, queues_of
    from callcenter.settings import load_settings

    queues = queues_of(queue or list(seats.STANDING))
    kind = _class(overflow) or seats.PenaltyClass.NORMAL
    made = []

    def run(session: "Session") -> list["SeatMoved"]:
        moved = seats.create(
            session, name, actor=ACTOR, queues=queues, penalty_class=kind,
            may_dial_out=bool(dial_out),
        )  # fmt: skip
        made.append(seat_secret(load_settings(), name))  # before anybody hears of the seat
        return [moved]

    order(run)
    typer.echo(made[0])


@app.command("change")
def change_seat(
    name: Name, queue: Queues = None, overflow: Overflow = None, dial_out: DialOut = None
) -> None:
    """Change what is given, leave the rest. `--queue ""` takes all queues away."""
    from callcenter.agents import seats
    from callcenter.commands.register import order, queues_of

    queues = None if queue is None else queues_of([name for name in queue if name])
    order(
        lambda session: [
            seats.change(
                session, name, queues=queues, penalty_class=_class(overflow),
                may_dial_out=dial_out, actor=ACTOR,
            )
        ]
    )  # fmt: skip


@app.command("close")
def close_seat(name: Name) -> None:
    """Nobody registers there any more; refused while somebody is signed in or talks."""
    from callcenter.agents import moves
    from callcenter.ami.passwords import forget_seat_secret
    from callcenter.commands.register import order
    from callcenter.settings import load_settings

    order(lambda session: [moves.close_seat(session, name, actor=ACTOR)])
    forget_seat_secret(load_settings(), name)


@app.command("secret")
def secret(
    name: Name,
    renew: Annotated[bool, typer.Option("--renew", help="Make a new one first.")] = False,
) -> None:
    """Print a seat's password; its telephone's user is the seat's name, a browser's NAME-web."""
    from callcenter.agents import seats
    from callcenter.ami.passwords import renew_seat_secret, seat_secret
    from callcenter.commands.register import look, order
    from callcenter.settings import load_settings

    settings = load_settings()

    def run(session: "Session") -> list["SeatMoved"]:
        moved = seats.renew_secret(session, name, actor=ACTOR)
        renew_seat_secret(settings, name)
        return [moved]

    if renew:
        order(run)
    look(lambda session: seats.opened(session, name))
    typer.echo(seat_secret(settings, name))


def _class(overflow: bool | None) -> "PenaltyClass | None":
    from callcenter.agents.seats import PenaltyClass

    if overflow is None:
        return None
    return PenaltyClass.OVERFLOW if overflow else PenaltyClass.NORMAL
