"""Makes data/demo-county: `python -m tools.demo_county`; the same bytes on every machine.

Only the names and codes of the county's 16 townships and sub-districts are real. Villages,
communities, streets, landmarks, borders and points are made up and are labelled so.
"""
