"""Finding tickets: by number, words, item, unit, state, place, time and caller; page by page.

`words` makes of a text what is kept and looked for, `tables` says where, `filling` keeps it
current, `looking` answers. Source: docs/decisions/0038-words-are-found-by-pairs-of-characters.md.
"""
