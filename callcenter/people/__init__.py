"""Who works here: accounts, passwords, sessions, what each role may, and the audit of it.

Nothing here knows a ticket or a call. What a right covers of them is narrowed by `Reach`, and the
API holds both together (callcenter/api/rights.py).
"""
