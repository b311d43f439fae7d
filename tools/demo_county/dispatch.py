"""Which unit of the demo county takes which item: a thin, plausible table."""

# The county's department -> the items it takes.
DEPARTMENT = {
    "U1001": ["101", "702", "703", "704"],
    "U1027": ["102"],
    "U1014": ["103", "204"],
    "U1012": ["104"],
    "U1010": ["105"],
    "U1011": ["106"],
    "U1013": ["107"],
    "U1009": ["108", "205", "209"],  # it leads the water, power, gas and heat companies
    "U1037": ["109"],
    "U1019": ["110"],
    "U1016": ["111", "201", "202"],
    "U1017": ["112", "507"],
    "U1002": ["113", "601", "603", "604"],
    "U1018": ["114", "206"],
    "U1003": ["203", "303", "304", "305", "311", "312"],
    "U1028": ["207"],
    "U1029": ["208"],
    "U1030": ["210"],
    "U1020": ["211"],
    "U1023": ["301", "302", "401", "402", "403", "404", "405", "406"],
    "U1033": ["307", "310"],
    "U1025": ["306", "308", "602"],
    "U1026": ["309"],
    "U1032": ["313", "508", "509"],
    "U1031": ["501", "503", "506"],
    "U1034": ["502"],
    "U1035": ["504"],
    "U1036": ["505"],
    "U1038": ["701"],
}

# Items that the township's own centre takes first, where the cell says which township it is.
TOWNSHIP_FIRST = ["112", "306", "310", "702"]

HEAD = """\
# Which unit takes an item. Made by tools/demo_county; change the tool, not this file.
# [county]: item -> unit of units.csv. [township]: items that the township's own centre takes first
# when the grid cell is known to level 2 or finer; the cell's township names the centre.
"""


def dispatch_toml() -> str:
    """The whole of dispatch.toml."""
    pairs = sorted((item, unit) for unit, items in DEPARTMENT.items() for item in items)
    lines = "\n".join(f'"{item}" = "{unit}"' for item, unit in pairs)
    first = ", ".join(f'"{item}"' for item in TOWNSHIP_FIRST)
    return f"""{HEAD}
unclear = "U1000" # no item yet

[county]
{lines}

[township]
items = [{first}]
"""
