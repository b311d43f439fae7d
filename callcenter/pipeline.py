"""THE PATH: what each fact of a call leads to, from the ring to a closed ticket.

LINE is applied where a fact is born, by the process that owns the node's AMI link, in the
transaction that records it. WORK is applied by any worker, once. Read the two tables below from
top to bottom and you have read the system; docs/path.md tells the same walk in prose.

A handler takes `(fact, session, site)` and gives facts. It never publishes and never commits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from callcenter.agents import seen, shifts
from callcenter.classify.desk import Desk
from callcenter.classify.lexicon import Rules
from callcenter.classify.rulebook import RuleBook
from callcenter.errors import BadInputError, CannotStartError, NotFoundError
from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallbackDue,
    CallbackTried,
    CallClassified,
    CallEnded,
    CallFact,
    CallHandedOver,
    CallOffered,
    CallPlaced,
    CallQueued,
    ClockExpired,
    ClockWarned,
    Fact,
    FeedbackReceived,
    Line,
    LinkLost,
    LinkWhy,
    MenuChosen,
    OfferMissed,
    PhoneLost,
    PhoneSeen,
    PlaceKept,
    PlaceTried,
    ProgressAsked,
    SeatSeen,
    Side,
    TalkEnded,
    TicketCallLinked,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
    VoicemailLeft,
)
from callcenter.flow import Handlers
from callcenter.ivr import callback, kept
from callcenter.ivr.call import Call, CallState, refold
from callcenter.settings import Settings
from callcenter.speech.transcript import transcript_of_call
from callcenter.store import facts_of_call
from callcenter.tickets import feedback
from callcenter.tickets.calls import callers_of, calls_of, link_call, tickets_of
from callcenter.tickets.clocks import Clocks
from callcenter.tickets.clocks.running import wind
from callcenter.tickets.county import County
from callcenter.tickets.dispatch import DispatchTable, dispatch
from callcenter.tickets.finding import filling
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.inforce import CountyInForce
from callcenter.tickets.locating import locate
from callcenter.tickets.moving import is_to_be_sent
from callcenter.tickets.notices.book import NoticeBook, read_book
from callcenter.tickets.notices.occasions import DISPATCHER, OF_MOVE, Occasion
from callcenter.tickets.notices.owing import Caller, Event, Office, owe
from callcenter.tickets.opening import open_draft
from callcenter.tickets.places import PlaceKind
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.telling import as_fact, last_located
from callcenter.tickets.ticket import Ticket, locked, ticket_of_call
from callcenter.tickets.versions import Versions

RULES = "rules"
VOICEMAIL = "voicemail"  # who opened a ticket that nobody has spoken about with a seat
NAMES = 4  # counties whose names are kept at hand


@dataclass(frozen=True)
class Site:
    """What handlers need to know of the place where they run, each time the newest."""

    settings: Settings
    book: RuleBook
    desk: Desk
    in_force: CountyInForce
    notices: NoticeBook

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.book.rules()

    @property
    def county(self) -> County:
        """The county in force."""
        return self.in_force.current()

    @property
    def table(self) -> DispatchTable:
        """Who takes what, of the county in force."""
        return self.in_force.edition().table

    @property
    def clocks(self) -> Clocks:
        """How long what may take, and the calendar, of the county in force."""
        return self.in_force.edition().clocks


def load_site(settings: Settings) -> Site:
    """The site's rules and county.

    Raises:
        CannotStartError: One line naming the file and the fault.
    """
    try:
        in_force = CountyInForce(Versions.of(settings))
    except (BadInputError, NotFoundError, OSError) as error:
        told = f"CALLCENTER_COUNTY_DIR {settings.county_dir} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        book = RuleBook(settings.rules_dir, lambda: _silent_names(in_force.current()))
    except (BadInputError, OSError) as error:
        told = f"CALLCENTER_RULES_DIR {settings.rules_dir} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        notices = read_book(settings.notices_file)
    except BadInputError as error:
        told = f"CALLCENTER_NOTICES_FILE {settings.notices_file} cannot be used: {error}"
        raise CannotStartError(told) from error
    return Site(settings, book, Desk(book.rules), in_force, notices)


@lru_cache(NAMES)
def _silent_names(county: County) -> frozenset[str]:
    """Names that hold rule words and say nothing of the subject: 车站社区."""
    kinds = (PlaceKind.TOWNSHIP, PlaceKind.VILLAGE, PlaceKind.STREET)
    return frozenset(county.places.names(*kinds))


# --- the line ------------------------------------------------------------------------------------


def fold_call(fact: CallFact, session: Session, _site: Site) -> Iterable[Fact]:
    """The call as all of its facts tell it."""
    refold(session, fact.call_id)
    return ()


def open_ticket(fact: CallArrived | CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Step 1, collect: an answered call has a draft ticket, whose number the seat can say.

    After an outage of ours the answer may be told before the arrival; whichever comes last opens.
    """
    call = session.get(Call, fact.call_id)
    if call is None or call.answered_at is None:
        return ()
    if call.placed and (placed := _placed_for(session, call.id)):
        return link_placed(placed, session, _site)  # it has its ticket
    return open_draft(session, call.id, call.line, at=call.answered_at, actor=call.answered_by)


def link_placed(fact: CallPlaced, session: Session, _site: Site) -> Iterable[Fact]:
    """A call that we placed for a ticket is one of that ticket's calls."""
    if fact.ticket_number is None or session.get(Ticket, fact.ticket_number) is None:
        return ()
    return link_call(
        session, fact.ticket_number, fact.call_id, LinkWhy.RUNG, at=fact.at, actor=fact.seat or ""
    )


def reach_back(fact: CallArrived | CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Who gave up before and got through now need not be rung back."""
    call = session.get(Call, fact.call_id)
    if call and call.answered_at:
        callback.close_abandoned_tasks(session, call)
    return ()


def owe_callback(fact: CallFact, session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever waited in vain is rung back; on 110 whoever was not answered, at whatever point.

    Asked at each fact that the answer hangs on: after an outage any of them may come last.
    """
    call = session.get(Call, fact.call_id)
    if call is None or call.is_open or call.answered_at or call.placed:
        return
    if kept.has_other_way(session, call.id):
        return
    if call.queue or call.line is Line.POLICE:
        yield CallbackDue(at=fact.at, why="abandoned", call_id=call.id, ticket_number=None)


def owe_cut(fact: CallEnded, session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever was cut off while talking with 110 is rung back: the network failed, or Asterisk."""
    call = session.get(Call, fact.call_id)
    if call and call.line is Line.POLICE and call.answered_at and fact.cause in callback.CUT:
        if call.state is CallState.ENDED and not call.placed:
            yield CallbackDue(at=fact.at, why="cut", call_id=call.id, ticket_number=None)


def owe_turn(fact: PlaceKept, _session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever keeps a place is rung in turn."""
    yield CallbackDue(at=fact.at, why="kept_place", call_id=fact.call_id, ticket_number=None)


def open_message_ticket(fact: VoicemailLeft, session: Session, _site: Site) -> Iterable[Fact]:
    """Step 1, collect: a message is a draft ticket, for a seat to read and to file."""
    return open_draft(session, fact.call_id, Line.SERVICE, at=fact.at, actor=VOICEMAIL)


def note_seat(fact: SeatSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """The seat as Asterisk tells of it."""
    seen.note(session, fact)
    return ()


def note_phone(fact: PhoneSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """Which of a seat's telephones is registered."""
    seen.note_phone(session, fact)
    return ()


def note_lost_phone(fact: PhoneLost, session: Session, _site: Site) -> Iterable[Fact]:
    """The seat shows it; its citizen goes on to another, by Asterisk itself."""
    seen.note_lost(session, fact)
    return ()


def note_answer(fact: CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Who picks up is there."""
    seen.answered(session, fact)
    return ()


def begin_wrap_up(fact: TalkEnded, session: Session, site: Site) -> Iterable[Fact]:
    """The agent has time to finish the ticket; 110 may break in."""
    return shifts.talk_ended(session, fact, site.settings.wrap_up_seconds)


def count_missed(fact: OfferMissed, session: Session, site: Site) -> Iterable[Fact]:
    """Who does not pick up is paused after a set number of times."""
    return shifts.offer_missed(session, fact, site.settings.ring_no_answer_limit)


def let_leave(fact: SeatSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """Who signed out during a call has left when it is over."""
    return shifts.seat_seen(session, fact)


def forget_seats(fact: LinkLost, session: Session, _site: Site) -> Iterable[Fact]:
    """Without a link no seat's state is known."""
    seen.forget(session, fact)
    return ()


# --- the work ------------------------------------------------------------------------------------


def classify_call(
    fact: UtteranceHeard | TranscriptCompleted, session: Session, site: Site
) -> Iterable[Fact]:
    """Words so far -> item, kind, urgency, and the deciding words; stated at each utterance."""
    ticket = _ticket_kept(session, fact.call_id)
    if ticket is None:
        return
    said = [(line.side, line.text) for line in transcript_of_call(session, fact.call_id).lines]
    reading = site.desk.read(fact.call_id, said)
    ticket.kind, ticket.urgency = reading.kind, reading.urgency
    ticket.revision += 1
    if ticket.item_by in ("", RULES) and reading.item:
        ticket.item, ticket.item_name, ticket.item_by = reading.item, reading.item_name, RULES
    session.add(ticket)
    yield CallClassified(
        call_id=fact.call_id,
        ticket_number=ticket.number,
        revision=ticket.revision,
        item=reading.item,
        item_name=reading.item_name,
        score=reading.score,
        call_kind=reading.kind,
        urgency=reading.urgency,
        outcome=reading.outcome,
        runner_ups=reading.runner_ups,
        words=reading.words,
    )


def locate_ticket(
    fact: UtteranceHeard | TranscriptCompleted, session: Session, site: Site
) -> Iterable[Fact]:
    """The citizen's words so far -> place -> grid cell, and what to ask; stated when it changes."""
    ticket = _ticket_kept(session, fact.call_id)
    if ticket is None:
        return
    said = transcript_of_call(session, fact.call_id).said_by(Side.CITIZEN)
    county = site.county
    found = locate(county, said)
    now = as_fact(found, county, said, number=ticket.number, call_id=fact.call_id)
    before = last_located(session, ticket.number)
    if before and now.model_copy(update={"revision": before.revision, "at": before.at}) == before:
        return
    ticket.cell, ticket.cell_name, ticket.place = now.cell, now.cell_name, now.place
    ticket.longitude, ticket.latitude = now.longitude, now.latitude
    ticket.revision += 1  # its own: two places of one revision would be one fact
    session.add(ticket)
    yield now.model_copy(update={"revision": ticket.revision})


def dispatch_ticket(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """A filed or reopened ticket goes to its unit; a returned one waits for a dispatcher."""
    ticket = locked(session, fact.ticket_number)
    fresh = is_to_be_sent(session, ticket, fact)
    if fresh and ticket.step in (Step.FILED, Step.REOPENED):
        yield dispatch(session, ticket, site.table, site.clocks, fact.at)


def wind_clocks(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """Start, stop or hold the ticket's clocks, by all its moves so far."""
    return wind(session, fact.ticket_number, site.clocks, site.table.level_of)


def ask_citizen(fact: TicketMoved, session: Session, _site: Site) -> Iterable[Fact]:
    """A verified ticket's citizen is rung and asked; one whose number is unknown cannot be."""
    if fact.to_step != Step.VERIFIED:
        return
    ticket = locked(session, fact.ticket_number)
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    if call is None or not call.caller_number:
        yield from feedback.close_unrated(session, ticket.number, feedback.NO_NUMBER)
        return
    yield CallbackDue(
        at=fact.at,
        why="feedback",
        call_id=ticket.call_id,
        ticket_number=ticket.number,
        round=ticket.round,
    )


def owe_notices(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """Citizens and units are told of it, as `callcenter.tickets.notices.occasions` says."""
    occasion = OF_MOVE.get(Move(fact.move))
    if occasion is None:
        return ()
    step = Step(fact.to_step)
    event = Event(occasion, fact.id, fact.at, step, fact.unit, fact.other, fact.due_at)
    return _owe(session, fact.ticket_number, event, site)


def owe_clock_notices(
    fact: ClockWarned | ClockExpired, session: Session, site: Site
) -> Iterable[Fact]:
    """A limit is near, or passed: its unit and the dispatcher are told, where it concerns them."""
    unit = fact.unit if f"unit:{fact.unit}" in fact.told else None
    if unit is None and DISPATCHER not in fact.told:
        return ()
    occasion = Occasion.WARNED if isinstance(fact, ClockWarned) else Occasion.EXPIRED
    step = locked(session, fact.ticket_number).step
    event = Event(occasion, fact.id, fact.at, step, unit, due_at=fact.due_at)
    return _owe(session, fact.ticket_number, event, site)


def feedback_told(
    session: Session,
    task: callback.CallbackTask,
    tried: CallbackTried,
    *,
    rating: int | None,
    solved: bool,
    most_unanswered: int,
) -> Iterable[Fact]:
    """How a try to ask a citizen went, by the robot or a seat; unrated, the ticket is closed."""
    after = callback.finish_try(session, tried, most_unanswered)
    number = task.ticket_number or ""
    yield tried
    if rating:
        yield FeedbackReceived(
            at=tried.at,
            ticket_number=number,
            rating=rating,
            solved=solved,
            round=task.round,
            by=tried.by,
        )
    elif after.state is callback.CallbackState.FAILED:
        yield from feedback.close_unrated(session, number, feedback.UNREACHED, tried.by)
    elif after.state is callback.CallbackState.DONE:
        yield from feedback.close_unrated(session, number, feedback.NO_RATING, tried.by)


def open_callback_task(fact: CallbackDue, session: Session, _site: Site) -> Iterable[Fact]:
    """A due call-back becomes a task for the robot or a seat."""
    callback.open_task(session, fact)
    return ()


def note_turn(fact: PlaceTried, session: Session, _site: Site) -> Iterable[Fact]:
    """How the turn of a kept place went."""
    yield callback.finish_turn(session, fact)


def keep_findable(
    fact: TranscriptCompleted | TicketMoved | TicketCallLinked, session: Session, site: Site
) -> Iterable[Fact]:
    """The ticket is found by what was said and written about it, and by who called."""
    if isinstance(fact, TranscriptCompleted):
        numbers = sorted({link.ticket_number for link in tickets_of(session, fact.call_id)})
    else:
        numbers = [fact.ticket_number]
    for number in numbers:
        make_findable(session, locked(session, number), CallerKey.of(site.settings))
    return ()


def make_findable(session: Session, ticket: Ticket, key: CallerKey) -> None:
    """Write anew what a locked ticket is found by: the words and the callers of its calls."""
    ids = dict.fromkeys(link.call_id for link in calls_of(session, ticket.number))
    calls = [call for call_id in ids if (call := session.get(Call, call_id))]
    callers = [call.caller_number for call in calls if call.caller_number]
    said = [text for call_id in ids for text in transcript_of_call(session, call_id).texts]
    filling.fill(session, ticket, said=said, callers=callers, key=key)


def link_asker(fact: ProgressAsked, session: Session, _site: Site) -> Iterable[Fact]:
    """Who was told how a case stands has called about it."""
    if not fact.told or fact.ticket_number is None:
        return ()
    return link_call(
        session, fact.ticket_number, fact.call_id, LinkWhy.ASKED, at=fact.at, actor="menu"
    )


def link_handed_over(fact: CallHandedOver, session: Session, _site: Site) -> Iterable[Fact]:
    """A call that the other line handed over brought its ticket along."""
    if fact.ticket_number is None:
        return ()
    return link_call(
        session,
        fact.ticket_number,
        fact.call_id,
        LinkWhy.HANDED_OVER,
        at=fact.at,
        actor=fact.actor,
    )


def settle_ticket(fact: FeedbackReceived, session: Session, _site: Site) -> Iterable[Fact]:
    """The citizen's rating closes or reopens the ticket."""
    return feedback.settle(session, fact)


LINE: Handlers[Site] = {
    CallPlaced: (link_placed,),
    CallArrived: (fold_call, open_ticket, reach_back, owe_callback),
    MenuChosen: (fold_call,),
    CallQueued: (fold_call, owe_callback),
    CallAbandoned: (fold_call, owe_callback),
    CallOffered: (fold_call,),
    OfferMissed: (fold_call, count_missed),
    CallAnswered: (fold_call, open_ticket, reach_back, note_answer),
    TalkEnded: (fold_call, begin_wrap_up),
    CallEnded: (fold_call, owe_callback, owe_cut),
    PlaceKept: (owe_turn,),
    VoicemailLeft: (open_message_ticket,),
    SeatSeen: (note_seat, let_leave),
    PhoneLost: (note_lost_phone,),
    PhoneSeen: (note_phone,),
    LinkLost: (forget_seats,),
}

WORK: Handlers[Site] = {
    UtteranceHeard: (classify_call, locate_ticket),
    TranscriptCompleted: (classify_call, locate_ticket, keep_findable),
    TicketMoved: (dispatch_ticket, ask_citizen, wind_clocks, owe_notices, keep_findable),
    TicketCallLinked: (keep_findable,),
    ClockWarned: (owe_clock_notices,),
    ClockExpired: (owe_clock_notices,),
    ProgressAsked: (link_asker,),
    CallHandedOver: (link_handed_over,),
    CallbackDue: (open_callback_task,),
    PlaceTried: (note_turn,),
    FeedbackReceived: (settle_ticket,),
}


def _owe(session: Session, number: str, event: Event, site: Site) -> Iterable[Fact]:
    """Writes down who is told of the event; the numbers of citizens are looked up here."""
    unit = site.table.units.get(event.unit or "")
    office = Office(site.notices, unit.name if unit else "", site.settings.notices_send)

    def callers() -> list[Caller]:
        found = callers_of(session, number)
        calls = [session.get(Call, one.call_id) for one in found]
        return [
            Caller(one.call_id, one.ticket_number, call.caller_number if call else None)
            for one, call in zip(found, calls, strict=True)
        ]

    return owe(session, session.get_one(Ticket, number), event, callers, office)


def _placed_for(session: Session, call_id: str) -> CallPlaced | None:
    """How a call that we placed for a ticket began; None where it is for no ticket."""
    told = facts_of_call(session, call_id, CallPlaced.model_fields["fact"].default)
    return next((f for f in told if isinstance(f, CallPlaced) and f.ticket_number), None)


def _ticket_kept(session: Session, call_id: str) -> Ticket | None:
    """The call's ticket, locked; None where a person has already filed it: then it is theirs."""
    ticket = ticket_of_call(session, call_id)
    if ticket is None:
        return None
    ticket = locked(session, ticket.number)
    return ticket if ticket.step is Step.DRAFT else None
