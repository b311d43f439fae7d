"""Every figure of the ticket side: pure folds over histories, for any period, as of any moment.

    history -> case.py: one ticket's moves, ratings and corrections
            -> trail.py, owing.py: what happened (events), and what was owed by whom (duties)
            -> lists.py: the lists of a period in which each of these stands
            -> table.py: the one table of figures, each with its formula and its lists
            -> count.py: summed up by unit, place, item, seat and interval
            -> score.py, hotspots.py: units ranked, and where more is reported than before

Nothing here counts up and nothing here reads a database: reading.py does, and reported.py keeps
what was reported. What each word means is docs/evaluation.md, whose table a test holds to table.py.
"""
