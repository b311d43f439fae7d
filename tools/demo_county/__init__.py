"""Makes data/demo-county: `python -m tools.demo_county`; the same bytes on every machine.

Real are the names and codes of the county's townships, and how many villages it has. Villages,
communities, streets, landmarks, borders, points, people and telephones are made up and labelled so.
"""
