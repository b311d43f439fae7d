"""Unit: what can be wrong with files for import; each fault with its place, and all of them."""

import json

import pytest

from callcenter.errors import BadInputError
from callcenter.tickets.datum import Datum, Gcj02Point, gcj02, wgs84
from callcenter.tickets.grid import Grid, Wgs84Point
from callcenter.tickets.imports.draft import Offered, draft
from tests.small_county import (
    COUNTY,
    DISPATCH,
    FOUR,
    NAMES,
    ONE,
    RIGHT,
    TOML,
    TOWNS,
    TWO,
    UNITS,
    VILLAGES,
    cell,
    degrees,
    grid_text,
    shaped,
    write_county,
    written,
)


@pytest.fixture
def base(tmp_path):
    """A right county folder, as a version in force."""
    return write_county(tmp_path / "base")


def faults_of(base, datum=Datum.WGS84, **texts):
    """The faults of files with these texts, by the names that `Offered` has for them."""
    names = {
        "grid": "cells.geojson",
        "gazetteer": "names.csv",
        "units": "departments.csv",
        "dispatch": "dispatch.toml",
        "county": "county.toml",
    }
    new = base.parent / "new"
    files = {kind: written(new, names[kind], text) for kind, text in texts.items()}
    return draft(Offered(**files, datum=datum), base).faults.lines()


def test_right_files_have_no_faults(base):
    right = {"grid": grid_text(RIGHT), "gazetteer": NAMES, "units": UNITS, "dispatch": DISPATCH}
    assert faults_of(base, **right) == []


SELF_CROSSING = {
    "type": "Polygon",
    "coordinates": [[degrees(*at) for at in ((2, 0), (4, 2), (4, 0), (2, 2), (2, 0))]],
}
SPOT = {"type": "Point", "coordinates": [112, 37]}


@pytest.mark.parametrize(
    ("features", "faults"),
    [
        (
            [COUNTY, TOWNS[0], cell("140728101", 1, 0, 4, 2)],
            [
                f"cells.geojson, feature 2 (140728100): overlaps 140728101, {TWO} m² "
                "around 112.001500, 37.001000"
            ],
        ),
        (
            [COUNTY, TOWNS[0], cell("140728101", 3, 0, 4, 2)],
            [
                "cells.geojson, feature 1 (140728): the cells of 140728 leave a gap, "
                f"{TWO} m² around 112.002500, 37.001000"
            ],
        ),
        (
            [COUNTY, *TOWNS, cell("140728100001", 0, 0, 3, 2)],
            [
                "cells.geojson, feature 4 (140728100001): reaches out of its parent 140728100, "
                f"{TWO} m² around 112.002500, 37.001000"
            ],
        ),
        (
            [COUNTY, *TOWNS, *VILLAGES, cell("140728101001", 0, 0, 2, 2)],
            [
                "cells.geojson, feature 4 (140728100001): overlaps 140728101001, "
                f"{TWO} m² around 112.001000, 37.000500",
                "cells.geojson, feature 5 (140728100002): overlaps 140728101001, "
                f"{TWO} m² around 112.001000, 37.001500",
                "cells.geojson, feature 6 (140728101001): lies outside its parent 140728101, "
                f"{FOUR} m² around 112.001000, 37.001000",
                "cells.geojson, feature 3 (140728101): the cells of 140728101 leave a gap, "
                f"{FOUR} m² around 112.003000, 37.001000",
            ],
        ),
        (
            [COUNTY, *TOWNS, cell("140728102001", 0, 0, 2, 2)],
            [
                "cells.geojson, feature 4 (140728102001): cell 140728102001 has no parent "
                "140728102 in the file"
            ],
        ),
        (
            [COUNTY, *TOWNS, {**TOWNS[0], "geometry": TOWNS[1]["geometry"]}],
            [
                "cells.geojson, feature 4 (140728100): code 140728100 stands twice, "
                "first as feature 2",
                "cells.geojson, feature 3 (140728101): overlaps 140728100, "
                f"{FOUR} m² around 112.003000, 37.001000",
            ],
        ),
        (
            [COUNTY, *TOWNS, cell("14072810", 0, 0, 1, 1), cell("1407281000", 0, 0, 1, 1, level=3)],
            [
                "cells.geojson, feature 4: code 14072810 has 8 digits, a code has 6, 9, 12 or 15",
                "cells.geojson, feature 5: code 1407281000 has 10 digits, level 3 takes 12",
            ],
        ),
        (
            [COUNTY, *TOWNS, cell("14O728", 0, 0, 1, 1), shaped("140728100001", None)],
            [
                "cells.geojson, feature 4: code '14O728' is not made of digits",
                "cells.geojson, feature 5: geometry is missing",
            ],
        ),
        (
            [COUNTY, TOWNS[0], shaped("140728101", SELF_CROSSING)],
            [
                "cells.geojson, feature 3 (140728101): broken border: Self-intersection "
                "around 112.003000, 37.001000",
                "cells.geojson, feature 1 (140728): the cells of 140728 leave a gap, "
                f"{ONE} m² around 112.003000, 37.000333",
                "cells.geojson, feature 1 (140728): the cells of 140728 leave a gap, "
                f"{ONE} m² around 112.003000, 37.001667",
            ],
        ),
        (
            [COUNTY, shaped("140728100", SPOT)],
            [
                "cells.geojson, feature 2 (140728100): a cell's border is a Polygon or "
                "MultiPolygon with an area",
                "cells.geojson, feature 1 (140728): the cells of 140728 leave a gap, "
                "79025 m² around 112.002000, 37.001000",
            ],
        ),
        (
            TOWNS,
            [
                "cells.geojson: a grid has one county (level 1), no more and no less; found: none",
                "cells.geojson, feature 1 (140728100): cell 140728100 has no parent 140728 "
                "in the file",
                "cells.geojson, feature 2 (140728101): cell 140728101 has no parent 140728 "
                "in the file",
            ],
        ),
    ],
)
def test_every_fault_of_a_grid_is_told_with_its_place(base, features, faults):
    assert faults_of(base, grid=grid_text(features)) == faults


@pytest.mark.parametrize(
    ("feature", "fault"),
    [
        ({"type": "Feature"}, "no readable properties and geometry: 'properties'"),
        ({**TOWNS[0], "properties": None}, "properties: Input should be"),
        ({**TOWNS[0], "properties": {"code": "140728100"}}, "name: Field required"),
        (shaped("140728100", {"type": "Polygon", "coordinates": []}), "(140728100): a cell's bor"),
        (shaped("140728100", {"type": "Polygon", "coordinates": [[[1, 2]]]}), "no readable"),
        (shaped("140728100", {"type": "Circle", "coordinates": [1]}), "no readable"),
        (cell("140728100", 0, 0, float("nan"), 2), "(140728100): broken border: Invalid Coord"),
        (cell("140728100", 0, 0, float("inf"), 2), "(140728100): not in degrees"),
        (cell("140728100", 0, 0, 4e8, 2), "(140728100): not in degrees"),
    ],
)
def test_a_feature_nobody_can_use_is_told_by_its_number(base, feature, fault):
    told = faults_of(base, grid=grid_text([feature, *RIGHT]))
    assert told[0].startswith("cells.geojson, feature 1")
    assert fault in told[0]


def test_of_many_faults_fifty_are_told_and_all_are_counted(base):
    features = [COUNTY, *TOWNS, *(cell(f"{n:08}", 0, 0, 1, 1) for n in range(60))]
    told = faults_of(base, grid=grid_text(features))
    assert (len(told), told[-1]) == (51, "and 10 more")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "cells.geojson: cannot be read as JSON"),
        ('{"features": []}', "cells.geojson: holds no GeoJSON features"),
    ],
)
def test_a_file_that_is_no_grid_at_all_is_told_so(base, text, fault):
    (told,) = faults_of(base, grid=text)
    assert told.startswith(fault)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("井,landmark,140728100001,112.001,37.0005,", "name has fewer than two characters"),
        ("水塔,tower,140728100001,112.001,37.0005,", "kind 'tower' is none of county, township"),
        ("水塔,landmark,1407281,112.001,37.0005,", "code '1407281' has not 6, 9, 12 or 15 digits"),
        (
            "西里村,village,140728100,112.001,37.0015,",
            "code 140728100 has 9 digits, kind village takes 12 digits",
        ),
        ("水塔,landmark,140728100001,112.001,北,", "longitude and latitude are not degrees"),
        ("水塔,landmark,140728100001,37.0005,112.001,", "longitude and latitude are not degrees"),
        ("水塔,landmark,140728100001,112.001,nan,", "longitude and latitude are not degrees"),
        ("水塔,landmark,140728100001,112.001,37.0005,塔|水厂", "alias '塔' has fewer than two"),
        ("西里村,village,140728100001,112.001,37.0005,", "stands twice, first in line 4"),
        ("水塔,landmark,140728100001", "more or fewer fields than there are columns"),
        ("水塔,landmark,140728100009,112.001,37.0005,", "code 140728100009 is not in the grid"),
        (
            "水塔,landmark,140728100001,112.001,37.0015,",
            "code 140728100001, but its point lies in 140728100002",
        ),
        (
            "水塔,landmark,140728100001,112.009,37.0005,",
            "code 140728100001, but its point lies outside the county",
        ),
    ],
)
def test_every_bad_row_of_a_gazetteer_is_told_with_its_line(base, row, fault):
    (told,) = faults_of(base, gazetteer=f"{NAMES}{row}\n")
    assert told.startswith("names.csv, line 6: ")
    assert fault in told


def test_all_that_is_wrong_with_a_row_and_all_rows_are_told(base):
    bad = "井,well,1407281,x,y,\n水塔,tower,140728100001,112.001,37.0005,\n"
    first, second = faults_of(base, gazetteer=NAMES + bad)
    assert first.count("; ") == 4
    assert (first[:17], second[:17]) == ("names.csv, line 6", "names.csv, line 7")


def test_a_point_on_an_edge_may_have_the_code_of_either_side(base):
    rows = (
        "水塔,landmark,140728100002,112.001,37.001,\n北门,landmark,140728100001,112.001,37.001,\n"
    )
    assert faults_of(base, gazetteer=NAMES + rows) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name,kind\n", "names.csv: no column code, longitude, latitude, aliases; it has: name"),
        ("", "names.csv: no column name, kind"),
    ],
)
def test_a_gazetteer_without_its_columns_is_told_so(base, text, fault):
    (told,) = faults_of(base, gazetteer=text)
    assert told.startswith(fault)


def test_a_gazetteer_in_another_encoding_is_told_the_remedy(base, tmp_path):
    path = tmp_path / "names.csv"
    path.write_bytes(NAMES.encode("gbk"))
    (told,) = draft(Offered(gazetteer=path, datum=Datum.WGS84), base).faults.lines()
    assert told == "names.csv: is not in UTF-8: save it again, in a spreadsheet as CSV UTF-8"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",县公安局,1,,0354-0000003", "code is missing"),
        ("U3,,1,,0354-0000003", "name is missing"),
        ("U3,县公安局,5,,0354-0000003", "level '5' is none of 1, 2, 3, 4"),
        ("U3,县公安局,1,,none", "phone is no telephone number"),
        ("U1,县公安局,1,,", "code U1 stands twice, first in line 2"),
        ("U3,东里村,3,140728100,", "cell '140728100' has not 12 digits, as level 3 takes"),
        ("U3,东里村,3,,", "cell '' has not 12 digits, as level 3 takes"),
        ("U3,东里村,3,140728100009,", "cell 140728100009 is not in the grid"),
        ("U3,东里村,3", "more or fewer fields than there are columns"),
    ],
)
def test_every_bad_row_of_the_units_is_told_with_its_line(base, row, fault):
    told = faults_of(base, units=f"{UNITS}{row}\n")
    assert told == [f"departments.csv, line 4: {fault}"]


def test_units_without_their_columns_are_told_so(base):
    assert faults_of(base, units="code,name,level\nU1,局,1\n") == [
        "departments.csv: no column cell; it has: code, name, level"
    ]


def test_what_goes_to_a_unit_that_is_not_there_is_told(base):
    assert faults_of(base, units=UNITS.replace("U1", "U7")) == [
        "dispatch.toml: line 3: 113 goes to U1, which units.csv lacks",
        "dispatch.toml: line 1: unclear goes to U1, which units.csv lacks",
    ]
    assert faults_of(base, dispatch=DISPATCH.replace('"113" = "U1"', '"113" = "U9"')) == [
        "dispatch.toml: line 3: 113 goes to U9, which units.csv lacks"
    ]


def test_a_dispatch_table_that_cannot_be_read_is_told_so(base):
    (told,) = faults_of(base, dispatch="unclear =")
    assert told.startswith("dispatch.toml: cannot be used")


def test_a_new_grid_must_hold_the_names_and_units_in_force(base):
    renamed = [
        {**one, "properties": {**one["properties"], "code": new}}
        for one, new in zip(RIGHT[:3], ("140728", "140728100", "140728109"), strict=True)
    ]
    assert faults_of(base, grid=grid_text(renamed)) == [
        "places.csv of the version in force, line 4: code 140728100001 is not in the grid",
        "places.csv of the version in force, line 5: code 140728100001001 is not in the grid",
    ]


def test_another_countys_grid_needs_its_county_file(base):
    features = json.loads(grid_text(RIGHT).replace("140728", "140729"))["features"]
    names, units = NAMES.replace("140728", "140729"), UNITS.replace("140728", "140729")
    texts = {"grid": grid_text(features), "gazetteer": names, "units": units}
    assert faults_of(base, **texts) == [
        "county.toml: code 140728, but the grid is of county 140729: give both files"
    ]
    assert faults_of(base, **texts, county=TOML.replace("140728", "140729")) == []


def test_nothing_offered_is_refused(base):
    with pytest.raises(BadInputError, match="nothing to import: give --grid"):
        draft(Offered(), base)


# --- datums and older codes ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["grid", "gazetteer"])
def test_a_file_that_does_not_declare_its_datum_is_refused(base, kind):
    text = grid_text(RIGHT) if kind == "grid" else NAMES
    (told,) = faults_of(base, datum=None, **{kind: text})
    assert "the datum is not declared: write it into the file" in told


@pytest.mark.parametrize(
    "members",
    [
        {"datum": "WGS-84"},
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}},
    ],
)
def test_a_grid_may_declare_its_datum_itself(base, members):
    assert faults_of(base, datum=None, grid=grid_text(RIGHT, **members)) == []


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("BJ54", "cells.geojson: datum 'BJ54' is not known: write wgs-84, gcj-02, bd-09"),
        ("GCJ-02", "cells.geojson: declares the datum gcj-02, but --datum says wgs-84"),
    ],
)
def test_a_datum_that_cannot_be_is_told(base, declared, told):
    (fault,) = faults_of(base, grid=grid_text(RIGHT, datum=declared))
    assert fault.startswith(told)


def test_rows_may_declare_their_own_datum(base):
    spot = gcj02(Wgs84Point(112.001, 37.0005))
    rows = NAMES.replace("aliases", "aliases,datum").replace(",\n", ",,wgs-84\n")
    rows = rows.replace("里东\n", "里东,wgs-84\n")
    rows += f"水塔,landmark,140728100001,{spot.longitude},{spot.latitude},,GCJ-02\n"
    assert faults_of(base, datum=None, gazetteer=rows) == []
    (told,) = faults_of(base, datum=None, gazetteer=rows.replace("GCJ-02", "mars"))
    assert told == "names.csv, line 6: datum 'mars' is not known, or not what --datum says"


def on_a_chinese_map(feature):
    (ring,) = feature["geometry"]["coordinates"]
    spots = [gcj02(Wgs84Point(*corner)) for corner in ring]
    shifted = [[round(spot.longitude, 6), round(spot.latitude, 6)] for spot in spots]
    return shaped(feature["properties"]["code"], {"type": "Polygon", "coordinates": [shifted]})


def test_a_grid_drawn_on_a_chinese_map_lies_where_it_should_and_stays_whole(base):
    """Its corners were rounded to six decimals, so that no edge meets the next one exactly."""
    path = written(base, "cells.geojson", grid_text([on_a_chinese_map(one) for one in RIGHT]))
    made = draft(Offered(grid=path, datum=Datum.GCJ02), base)
    assert made.faults.lines() == []
    assert "borders were converted from gcj-02 to wgs-84" in made.notes
    grid = Grid.load(written(base, "grid.geojson", made.files["grid.geojson"].decode()))
    for x in range(1, 40):
        point = Wgs84Point(*degrees(x / 10 + 0.05, 0.55))
        expected = "140728100001001" if x < 10 else "140728100001002" if x < 20 else None
        found = grid.cell_at(point)
        assert (found.code if found else None) == expected
    corner = gcj02(Wgs84Point(*degrees(0, 0)))
    back = wgs84(Gcj02Point(round(corner.longitude, 6), round(corner.latitude, 6)))
    assert grid.border("140728").bounds[:2] == pytest.approx((back.longitude, back.latitude))


def test_basic_cells_of_the_older_14_digits_are_widened_and_told(base):
    older = [cell("14072810000101", 0, 0, 1, 1, households=412), cell("14072810000102", 1, 0, 2, 1)]
    path = written(base, "cells.geojson", grid_text([COUNTY, *TOWNS, *VILLAGES, *older]))
    names = written(base, "names.csv", NAMES.replace("140728100001001", "14072810000101"))
    made = draft(Offered(grid=path, gazetteer=names, datum=Datum.WGS84), base)
    assert made.faults.lines() == []
    assert "codes of 14 digits widened to 15 (...07 is now ...007): 2" in made.notes
    assert "codes of 14 digits widened to 15 in the gazetteer: 1" in made.notes
    assert b'"households": 412' in made.files["grid.geojson"]
    assert b"140728100001002" in made.files["grid.geojson"]
    assert b"140728100001001" in made.files["places.csv"]


def test_an_older_code_that_meets_its_own_wider_form_stands_twice(base):
    both = [cell("14072810000101", 0, 0, 1, 1), cell("140728100001001", 1, 0, 2, 1)]
    assert faults_of(base, grid=grid_text([COUNTY, *TOWNS, *VILLAGES, *both])) == [
        "cells.geojson, feature 7 (140728100001001): code 140728100001001 stands twice, "
        "first as feature 6"
    ]


def test_borders_that_run_along_each_other_are_one_line_afterwards(base):
    """The county's edge has no corner where the townships meet; theirs is a few centimetres off."""
    bent = json.loads(grid_text(TOWNS).replace("112.002, 37.002]", "112.002, 37.0020005]"))[
        "features"
    ]
    path = written(base, "cells.geojson", grid_text([COUNTY, *bent]))
    names = written(base, "names.csv", "\n".join(NAMES.splitlines()[:3]) + "\n")
    made = draft(Offered(grid=path, gazetteer=names, datum=Datum.WGS84), base)
    assert made.faults.lines() == []
