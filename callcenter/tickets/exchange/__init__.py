"""Cases exchanged with other centres: the one above, those below, 110's own system.

messages.py  what goes over the wire       partners.py  partners.toml, checked
rows.py      cases and messages kept       owing.py     which step of a case is told to whom
sending.py   claimed, sent, settled        hearing.py   what a partner's step means for ours
Source: docs/exchange.md, docs/decisions/0052-a-case-has-one-owner.md.
"""
