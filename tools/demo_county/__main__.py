"""Writes the demo county's files: `python -m tools.demo_county [FOLDER]`."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.demo_county.county import LEADERS, Division, divisions, places, units
from tools.demo_county.dispatch import dispatch_toml
from tools.demo_county.shape import ring

FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo-county"

COUNTY_TOML = """\
# The demo county. Made by tools/demo_county; change the tool, not this file.
# The names and codes of the county and its 16 townships are real; villages, communities, streets,
# landmarks, borders and points are made up.

code = "140728"
name = "平遥县"
datum = "WGS-84" # of every longitude and latitude in this folder, in degrees
made_up = true
"""


def main(folder: Path) -> None:
    """Writes every file of the county into the folder, replacing what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    divided = divisions()
    _write(folder / "county.toml", COUNTY_TOML)
    _write(folder / "grid.geojson", grid_geojson(divided))
    _write(folder / "dispatch.toml", dispatch_toml())
    rows = [(one.name, one.kind, one.code, *one.point, one.aliases) for one in places(divided)]
    _write_csv(folder / "places.csv", "name,kind,code,longitude,latitude,aliases", rows)
    _write_csv(folder / "units.csv", "code,name,level,township", units())
    for file in sorted(folder.iterdir()):
        print(f"{file.name:14} {file.stat().st_size / 1000:7.1f} kB")


def grid_geojson(divided: list[Division]) -> str:
    """All cells as one FeatureCollection (RFC 7946), a line a cell so that changes can be read."""
    lines = ",\n".join(json.dumps(_feature(one), ensure_ascii=False) for one in divided)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _feature(one: Division) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {
            "code": one.code,
            "level": one.level,
            "name": one.name,
            "parent": one.parent,
            "leader": LEADERS[one.level],
            "patroller": "监督员",
        },
        "geometry": {"type": "Polygon", "coordinates": [ring(one.block)]},
    }


def _write_csv(path: Path, header: str, rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
