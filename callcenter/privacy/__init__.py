"""How long what is a citizen's is kept, what is due, and deleting it everywhere it lies.

`terms` reads the county's retention.toml, `due` finds what is due, `deleting` deletes it, `holds`
keep it from being deleted, `running` does a whole run, `reporting` says what is held, and what was
deleted.
Source: docs/decisions/0050-retention-redacts-in-place.md.
"""
