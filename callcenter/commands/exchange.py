"""`callcenter exchange ...`: what goes to and comes from other centres, and sending it again."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from callcenter.tickets.exchange.rows import ExchangeMessage

app = typer.Typer(
    help="Cases exchanged with the centre above, those below, and 110.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
BY = "command-line"
COLUMNS = ("id", "partner", "ticket", "way", "seq", "kind", "state", "attempts", "detail")


@app.command("list")
def list_messages(
    state: Annotated[
        str | None, typer.Option(help="due, sending, sent, refused, stuck or taken.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 100,
) -> None:
    """Messages, oldest first, with the names of their columns; never their words."""
    from sqlmodel import col, select

    from callcenter.commands.register import look
    from callcenter.errors import BadInputError
    from callcenter.tickets.exchange.rows import ExchangeMessage, ExchangeState

    if state and state not in list(ExchangeState):
        raise BadInputError(f"state is none of {', '.join(ExchangeState)}")

    def see(session: "Session") -> "Iterable[tuple[object, ...]]":
        query = select(ExchangeMessage)
        query = query.where(ExchangeMessage.state == state) if state else query
        newest = query.order_by(col(ExchangeMessage.at).desc(), col(ExchangeMessage.id))
        return [_told(one) for one in session.exec(newest.limit(limit))]

    typer.echo("\t".join(COLUMNS))
    for row in reversed(list(look(see))):
        typer.echo("\t".join(str(field) for field in row))


@app.command("resend")
def resend(message: Annotated[str, typer.Argument(help="The message's id.")]) -> None:
    """Send a refused or stuck message again; what follows it in its case goes after it."""
    from callcenter.commands.register import opened_store
    from callcenter.people import audit
    from callcenter.people.head import keep_head
    from callcenter.settings import load_settings
    from callcenter.tickets.exchange import sending

    settings = load_settings()
    with opened_store(settings) as store:
        with store.transaction() as session:
            row = sending.resend(session, message, datetime.now(UTC))
            detail = {"message": row.id, "partner": row.partner}
            audit.append(
                session, actor=BY, what="exchange_resent", subject=row.ticket_number, detail=detail
            )
        keep_head(settings, store)
    typer.echo("due again")


def _told(one: "ExchangeMessage") -> tuple[object, ...]:
    way = "in" if one.theirs else "out"
    return (
        one.id, one.partner, one.ticket_number, way, one.seq,
        one.kind.value, one.state.value, one.attempts, one.detail or "-",
    )  # fmt: skip
