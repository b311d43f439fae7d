"""Writes the demo county's files: `python -m tools.demo_county [FOLDER]`."""

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from tools.demo_county import names
from tools.demo_county.county import LEADERS, PATROLLER, Division, divisions, places, units
from tools.demo_county.shape import ring
from tools.demo_county.texts import COUNTY_TOML, dispatch_toml, readme

FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo-county"


def main(folder: Path) -> None:
    """Writes every file of the county into the folder, replacing what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    divided = divisions()
    placed, handling = places(divided), units(divided)
    _write(folder / "county.toml", COUNTY_TOML)
    _write(folder / "grid.geojson", grid_geojson(divided))
    _write(folder / "dispatch.toml", dispatch_toml())
    _write(folder / "README.md", readme(divided, placed, handling))
    rows = [(one.name, one.kind, one.code, *one.point, one.aliases) for one in placed]
    _write_csv(folder / "places.csv", "name,kind,code,longitude,latitude,aliases", rows)
    _write_csv(folder / "units.csv", "code,name,level,township,cell,phone", map(astuple, handling))
    for file in sorted(folder.iterdir()):
        print(f"{file.name:14} {file.stat().st_size / 1000:7.1f} kB")


def grid_geojson(divided: list[Division]) -> str:
    """All cells as one FeatureCollection (RFC 7946), a line a cell so that changes can be read."""
    lines = ",\n".join(
        json.dumps(_feature(one), ensure_ascii=False, separators=(",", ":")) for one in divided
    )
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _feature(one: Division) -> dict[str, object]:
    leader_phone, patroller_phone = one.phones
    properties: dict[str, object] = {
        "code": one.code,
        "level": one.level,
        "name": one.name,
        "parent": one.parent,
        "leader": LEADERS[one.level],
        "leader_phone": leader_phone,
        "patroller": PATROLLER,
        "patroller_phone": patroller_phone,
        "households": one.residents.households,
        "people": one.residents.people,
    }
    if one.level == 2 and one.name in names.MERGED:
        properties["merged_into"] = names.TOWNSHIPS[names.MERGED[one.name]]
    border = {"type": "Polygon", "coordinates": [ring(one.block)]}
    return {"type": "Feature", "properties": properties, "geometry": border}


def _write_csv(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
