"""Seats, the agents at them, and the queues they serve.

The register is `seats.py`, the people `agent.py` (states) and `moves.py` (what is ordered). What
Asterisk tells is `seen.py` and `shifts.py`; what it is told is `membership.py`, by `desk.py`, over
`switch.py`. `picture.py` compares both sides, `queues.py` closes queues and tells seats things.
"""
