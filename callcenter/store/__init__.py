"""The store: one ledger of facts that is also the outbox, claims, and parked facts.

A fact and what it changed are one transaction. The ledger keeps a fact once (by its id), the relay
publishes from it oldest first, and `claim` makes at-least-once delivery exactly once in effect.
Sessions are synchronous and belong in a thread; the loop never waits for the database.
Source: docs/decisions/0001-ledger-as-outbox.md.
"""

from callcenter.store.claims import (
    claim,
    is_claimed,
    park,
    parked_rows,
    republish_unclaimed,
    settle_all,
    unpark,
)
from callcenter.store.database import Store
from callcenter.store.ledger import (
    count_late,
    facts_between,
    facts_of_call,
    facts_of_calls,
    known_facts,
    mark_published,
    may_publish,
    newest_seq,
    record,
    rewrite,
    unpublished,
)
from callcenter.store.tables import (
    Claim,
    LedgerRow,
    Parked,
    Settled,
    UtcDateTime,
    enum_text,
    insert_new,
)

__all__ = [
    "Claim",
    "LedgerRow",
    "Parked",
    "Settled",
    "Store",
    "UtcDateTime",
    "claim",
    "count_late",
    "enum_text",
    "facts_between",
    "facts_of_call",
    "facts_of_calls",
    "insert_new",
    "is_claimed",
    "known_facts",
    "mark_published",
    "may_publish",
    "newest_seq",
    "park",
    "parked_rows",
    "record",
    "republish_unclaimed",
    "rewrite",
    "settle_all",
    "unpark",
    "unpublished",
]
