"""What is done with a call at a seat: pass it on, consult, hold, hand over; ring out; supervise.

A command is a pure check and one AMI action (`agents/orders.py`). It looks at the call as the
ledger tells of it (`at_seat.py`); what then happened, Asterisk's own events tell, like everything
else. The dialplan of it is asterisk-config/talks.conf; decision records 0023 and 0024 say why.
"""
