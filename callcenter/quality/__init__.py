"""How calls were handled, judged by people: the site's form, judgements, appeals, averages.

form.py     quality.toml, checked; what answers come to
rows.py     a judgement and its history
judging.py  judge, see, appeal, decide
reading.py  parts of a call, lists, averages

A form judges one seat's part in one call. Nothing here is judged by a program, and nobody but the
centre's own agents at work. Source: docs/decisions/0066-a-judgement-is-of-one-part-of-a-call.md.
"""
