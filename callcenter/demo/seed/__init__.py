"""A made-up year of a county: calls, tickets and their histories, for screens and measurements.

`shares` says what people call about and when, `year` spreads tickets over days and hours, `county`
over cells and units, `walk` leads one ticket from draft to the end, `call` is the call that opened
it, `writing` puts it all into the database at one stroke, `run` does that batch by batch.

All of it is invented. Nobody has a name. Telephone numbers begin with 154, which no carrier in
China is known to have been given; yet do not let a robot ring them: seed a demo, not a real centre.
"""
