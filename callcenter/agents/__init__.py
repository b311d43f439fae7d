"""Seats: `seats.py` keeps what Asterisk tells of each one's phone and queue membership.

A seat whose phone is registered serves both lines. What a person at a seat asks for (log in, pause,
wrap up) will be a table of moves, like a ticket's, in `agent.py` beside it.
"""
