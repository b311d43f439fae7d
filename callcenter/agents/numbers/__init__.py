"""Every figure of lines and seats: pure folds over facts, the same live and for any past period.

    facts -> fold.py: calls, each with its visits to queues and its seats' parts
          -> staff.py: who was signed in, paused, wrapping up, from when to when
          -> count.py: shared out over intervals and queues, seats or agents
          -> table.py: the one table of figures, each with its formula and the items behind it

Nothing here counts up: a fact that comes late, twice or in another order leads to the same figures.
What each word means is docs/numbers.md, whose table a test holds to table.py.
"""
