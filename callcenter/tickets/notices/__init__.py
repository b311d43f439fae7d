"""Notices: who is told of what, through which port, once.

`occasions.py` has the table of who is told of what; `owing.py` writes a notice down in the
transaction that owes it; `sending.py` claims it before it is sent and settles it afterwards; what
carries it are the ports. Source: docs/notices.md, docs/decisions/0042-a-notice-is-claimed-first.md.
"""
