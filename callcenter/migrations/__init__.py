"""Migrations of the tables, by Alembic: `versions/` has one file a revision.

A new one is made by `make migration NAME=what-it-does`, then read and mended by hand.
"""
