"""Tickets that may be about the same matter: offered, with reasons, for a person to merge.

    ticket -> near.py: cells to look in -> candidates.py: tickets there, by item and time
           -> wording.py: what their citizens said -> scoring.py: points and why -> offering.py

Cases are compared, never people: who called is no part of it. Source: decision record 0048.
"""
