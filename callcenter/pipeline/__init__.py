"""THE PATH: what each fact of a call leads to, from the ring to a closed ticket.

LINE is applied where a fact is born, by the process that owns the node's AMI link, in the
transaction that records it. WORK is applied by any worker, once. Read the two tables below from
top to bottom and you have read the system; docs/path.md tells the same walk in prose.

A handler takes `(fact, session, site)` and gives facts. It never publishes and never commits.
"""

from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallbackDue,
    CallClassified,
    CallEnded,
    CallHandedOver,
    CallOffered,
    CallPlaced,
    CallQueued,
    CategoryCorrected,
    ClockExpired,
    ClockWarned,
    FeedbackReceived,
    LinkLost,
    MenuChosen,
    OfferMissed,
    PhoneLost,
    PhoneSeen,
    PlaceKept,
    PlaceReleased,
    PlaceTried,
    ProgressAsked,
    SeatSeen,
    TalkEnded,
    TicketCallLinked,
    TicketLocated,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
    VoicemailLeft,
)
from callcenter.flow import Handlers
from callcenter.pipeline.calls import (
    fold_call,
    link_placed,
    open_message_ticket,
    open_ticket,
    owe_callback,
    owe_cut,
    owe_turn,
    reach_back,
    release_late,
    release_places,
)
from callcenter.pipeline.cases import (
    ask_citizen,
    dispatch_ticket,
    feedback_told,
    link_asker,
    link_handed_over,
    note_release,
    note_turn,
    open_callback_task,
    settle_ticket,
    wind_clocks,
)
from callcenter.pipeline.duplicates import offered, propose_duplicates, wording
from callcenter.pipeline.exchange import composed, owe_messages
from callcenter.pipeline.seating import (
    begin_wrap_up,
    count_missed,
    forget_seats,
    let_leave,
    note_answer,
    note_lost_phone,
    note_phone,
    note_seat,
)
from callcenter.pipeline.site import Site, load_site
from callcenter.pipeline.telling import owe_clock_notices, owe_notices
from callcenter.pipeline.words import classify_call, keep_findable, locate_ticket, make_findable

__all__ = [
    "LINE",
    "WORK",
    "Site",
    "composed",
    "feedback_told",
    "load_site",
    "make_findable",
    "offered",
    "wording",
]

LINE: Handlers[Site] = {
    CallPlaced: (link_placed,),
    CallArrived: (fold_call, open_ticket, reach_back, release_places, owe_callback),
    MenuChosen: (fold_call,),
    CallQueued: (fold_call, owe_callback),
    CallAbandoned: (fold_call, owe_callback),
    CallOffered: (fold_call,),
    OfferMissed: (fold_call, count_missed),
    CallAnswered: (fold_call, open_ticket, reach_back, release_places, note_answer),
    TalkEnded: (fold_call, begin_wrap_up),
    CallEnded: (fold_call, owe_callback, owe_cut),
    PlaceKept: (owe_turn, release_late),
    VoicemailLeft: (open_message_ticket,),
    SeatSeen: (note_seat, let_leave),
    PhoneLost: (note_lost_phone,),
    PhoneSeen: (note_phone,),
    LinkLost: (forget_seats,),
}

WORK: Handlers[Site] = {
    UtteranceHeard: (classify_call, locate_ticket),
    TranscriptCompleted: (classify_call, locate_ticket, keep_findable),
    CallClassified: (propose_duplicates,),
    TicketLocated: (propose_duplicates,),
    CategoryCorrected: (propose_duplicates,),
    TicketMoved: (
        dispatch_ticket,
        ask_citizen,
        wind_clocks,
        owe_notices,
        owe_messages,
        keep_findable,
    ),
    TicketCallLinked: (keep_findable,),
    ClockWarned: (owe_clock_notices,),
    ClockExpired: (owe_clock_notices,),
    ProgressAsked: (link_asker,),
    CallHandedOver: (link_handed_over,),
    CallbackDue: (open_callback_task,),
    PlaceTried: (note_turn,),
    PlaceReleased: (note_release,),
    FeedbackReceived: (settle_ticket,),
}
