"""Every screen of the console as a picture: a made-up centre at a fixed moment, photographed.

moment.py   the day and minute that all pictures show
people.py   who works there
site.py     the site: the demo county, a seeded year, the API; only Asterisk is away
calls.py    calls told as the line tells them
story.py    the morning until that minute
judging.py  calls that were judged
voices.py   recordings
script.py   what is said
screens.py  which screens there are, and how each is reached
camera.py   Chromium, from address to picture
pages.py    docs/screens.md and docs/screens.zh-CN.md

Decision: docs/decisions/0075-pictures-of-a-made-up-morning.md.
"""
