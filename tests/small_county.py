"""A county small enough to be read: seven square cells, four names, two units."""

import json
from pathlib import Path
from typing import Any

# Cells are counted in thousandths of a degree from the county's south-west corner, 4 by 2 of them.
WEST, SOUTH, STEP = 112.0, 37.0, 0.001
ONE, TWO, FOUR = 9878, 19756, 39513  # square metres of so many such squares


def degrees(x: float, y: float) -> list[float]:
    """Longitude and latitude of a corner."""
    return [round(WEST + x * STEP, 6), round(SOUTH + y * STEP, 6)]


def cell(code: str, west: float, south: float, east: float, north: float, **more: Any) -> Any:
    """The feature of a rectangular cell."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [degrees(*corner) for corner in corners]
    return shaped(code, {"type": "Polygon", "coordinates": [ring]}, **more)


def shaped(code: str, geometry: Any, **more: Any) -> Any:
    """The feature of a cell of any shape."""
    properties = {"code": code, "name": f"格{code[-3:]}", **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


COUNTY = cell("140728", 0, 0, 4, 2)
TOWNS = [cell("140728100", 0, 0, 2, 2), cell("140728101", 2, 0, 4, 2)]
VILLAGES = [cell("140728100001", 0, 0, 2, 1), cell("140728100002", 0, 1, 2, 2)]
BASIC = [cell("140728100001001", 0, 0, 1, 1), cell("140728100001002", 1, 0, 2, 1)]
RIGHT = [COUNTY, *TOWNS, *VILLAGES, *BASIC]
NAMES = """
name,kind,code,longitude,latitude,aliases
平遥县,county,140728,112.002,37.001,
古陶镇,township,140728100,112.001,37.001,
东里村,village,140728100001,112.001,37.0005,东里|里东
南大街,street,140728100001001,112.0005,37.0005,
""".lstrip()
UNITS = """
code,name,level,cell,phone
U1,县城市管理局,1,,0354-0000001
U2,古陶镇社会管理服务中心,2,140728100,0354-0000002
""".lstrip()
DISPATCH = 'unclear = "U1"\n[county]\n"113" = "U1"\n[township]\nitems = ["112"]\n'
TOML = 'code = "140728"\nname = "平遥县"\ndatum = "WGS-84"\n'


def grid_text(features: list[Any], **members: Any) -> str:
    """A file of cells."""
    return json.dumps({"type": "FeatureCollection", "features": features, **members})


def written(folder: Path, name: str, text: str) -> Path:
    """The file, with this text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def write_county(folder: Path) -> Path:
    """The folder, with all files of the county."""
    written(folder, "grid.geojson", grid_text(RIGHT))
    written(folder, "places.csv", NAMES)
    written(folder, "units.csv", UNITS.replace("cell", "township"))
    written(folder, "dispatch.toml", DISPATCH)
    written(folder, "county.toml", TOML)
    return folder
