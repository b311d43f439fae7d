"""Open311 GeoReport v2: the door for web sites and apps that file and follow matters.

Source: https://wiki.open311.org/GeoReport_v2/ and https://wiki.open311.org/Service_Discovery/,
read in stored copies; docs/open311.md says how its words map onto ours.
"""
