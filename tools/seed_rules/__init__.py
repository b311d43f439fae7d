"""What the shipped rules know before a centre has tickets of its own: learned from seed texts.

The texts (data/seed-texts) were written for this, by several hands; no citizen is in them.
"""
