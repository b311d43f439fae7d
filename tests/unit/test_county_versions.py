"""Unit: versions of the county: made whole or not at all, and changed under those who ask."""

import threading

import pytest
from structlog.testing import capture_logs

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.settings import Settings
from callcenter.tickets import inforce, versions
from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.inforce import CountyInForce, load_edition
from callcenter.tickets.versions import Versions
from tests.small_county import RIGHT, grid_text, write_county

HERE = Wgs84Point(112.0005, 37.0005)
LEADERS = ("甲", "乙", "丙")


@pytest.fixture
def site(tmp_path):
    """A site that has imported nothing yet."""
    return Versions(tmp_path / "var" / "county", write_county(tmp_path / "original"))


def renamed(word):
    """The cells, all with this leader."""
    cells = [{**one, "properties": {**one["properties"], "leader": word}} for one in RIGHT]
    return cells


def publish(site, word="甲", prove=lambda folder: load_edition(0, folder), **texts):
    files = {path.name: path.read_bytes() for path in site.original.iterdir()}
    files["grid.geojson"] = grid_text(renamed(word)).encode()
    files |= {name.replace("_", "."): text.encode() for name, text in texts.items()}
    with site.writing():
        return site.publish(files, ("grid.geojson",), {"level 1": 1}, prove)


def leader(county):
    return county.grid.cell_at(HERE).leader


def next_edition(in_force):
    """What is given once the look that this takes has had its effect."""
    in_force.edition()
    in_force.settle()
    return in_force.edition()


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_before_anything_was_imported_the_settings_folder_is_in_force(site):
    assert (site.in_force(), site.numbers(), site.story(0)) == (0, [0], None)
    assert site.folder(0) == site.original


def test_a_version_is_a_whole_folder_and_in_force_at_once(site):
    version = publish(site)
    assert (version.number, version.based_on, version.changed) == (1, 0, ("grid.geojson",))
    assert (site.in_force(), site.numbers()) == (1, [0, 1])
    assert site.story(1) == version
    assert leader(load_edition(1, site.folder(1)).county) == "甲"
    names = {path.name for path in site.folder(1).iterdir()}
    assert names == {path.name for path in site.original.iterdir()} | {"version.json"}


def test_one_can_go_back_and_forth_and_numbers_are_never_used_twice(site):
    publish(site, "甲")
    publish(site, "乙")
    for number in (1, 0, 2):
        with site.writing():
            site.put_in_force(number)
        assert site.in_force() == number
    with site.writing():
        site.put_in_force(1)
    third = publish(site, "丙")
    assert (third.number, third.based_on) == (3, 1)


def test_a_version_that_is_not_there_cannot_be_put_in_force(site):
    publish(site)
    with site.writing(), pytest.raises(NotFoundError, match="there is no version 7"):
        site.put_in_force(7)
    assert site.in_force() == 1


def test_a_version_that_does_not_load_is_never_in_force(site):
    publish(site)
    before = everything(site.home)
    with pytest.raises(BadInputError, match=r"units\.csv"):
        publish(site, "乙", units_csv="code\n")
    after = everything(site.home)
    assert {path: after[path] for path in before} == before
    assert (site.in_force(), site.numbers()) == (1, [0, 1])
    assert publish(site, "丙").number == 2


class Killed(BaseException):
    """What a process feels no more."""


def crash(*_args):
    raise Killed


@pytest.mark.parametrize("step", ["_write_through", "_sync_folder"])
def test_a_crash_while_a_version_is_written_leaves_the_old_one(site, monkeypatch, step):
    publish(site)
    with monkeypatch.context() as patched:
        patched.setattr(versions, step, crash)
        with pytest.raises(Killed):
            publish(site, "乙")
    assert leader(CountyInForce(site).current()) == "甲"
    assert publish(site, "丙").number == 2


def test_a_crash_between_the_version_and_the_pointer_leaves_the_old_one(site, monkeypatch):
    publish(site)
    with monkeypatch.context() as patched:
        patched.setattr(Versions, "put_in_force", crash)
        with pytest.raises(Killed):
            publish(site, "乙")
    assert (site.in_force(), site.numbers()) == (1, [0, 1, 2])  # whole, but not in force
    assert leader(CountyInForce(site).current()) == "甲"
    assert publish(site, "丙").number == 3


def test_of_two_imports_at_once_one_wins_and_the_other_says_so(site):
    with (
        site.writing(),
        pytest.raises(ImpossibleMoveError, match="another import is under way"),
        site.writing(),
    ):
        raise AssertionError("both were let in")
    assert publish(site).number == 1


def test_a_pointer_that_is_no_number_is_told_with_its_remedy(site):
    publish(site)
    site.pointer.write_text("v1")
    with pytest.raises(BadInputError, match="callcenter county use NUMBER"):
        site.in_force()


def test_the_versions_of_a_site_lie_in_its_state(tmp_path):
    settings = Settings(var_dir=tmp_path)
    assert Versions.of(settings) == Versions(tmp_path / "county", settings.county_dir)


# --- the county in force, in a process that goes on ----------------------------------------------


def test_while_nothing_changed_the_same_county_is_given(site):
    publish(site)
    in_force = CountyInForce(site)
    assert in_force.current() is in_force.current()


def test_a_new_version_is_given_from_then_on_with_its_units(site):
    in_force = CountyInForce(site)
    assert (leader(in_force.current()), in_force.edition().number) == ("", 0)
    units = "code,name,level,township\nU1,县综合中心,1,\n"
    publish(site, "甲", units_csv=units)
    edition = next_edition(in_force)
    assert (leader(edition.county), edition.number, edition.folder) == ("甲", 1, site.folder(1))
    assert edition.table.units["U1"].name == "县综合中心"


def test_until_a_new_version_is_loaded_the_old_one_is_given_and_nobody_waits(site, monkeypatch):
    in_force, may_load = CountyInForce(site), threading.Event()
    publish(site)

    def slowly(*told):
        may_load.wait(10)
        return load_edition(*told)

    monkeypatch.setattr(inforce, "load_edition", slowly)
    assert [in_force.edition().number for _ in range(5)] == [0] * 5
    may_load.set()
    assert next_edition(in_force).number == 1


def test_versions_change_while_threads_keep_asking(site):
    numbers = {publish(site, word).number: word for word in LEADERS}
    in_force, seen, faults = CountyInForce(site), set(), []
    done = threading.Event()

    def ask():
        try:
            while not done.is_set():
                edition = in_force.edition()
                cell = edition.county.grid.cell_at(HERE)
                assert (cell.code, cell.leader) == ("140728100001001", numbers[edition.number])
                seen.add(edition.number)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in [1, 2, 3, 2, 1]:
        with site.writing():
            site.put_in_force(number)
        while number not in seen and not faults:
            done.wait(0.01)
        seen.clear()
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_version_that_cannot_be_loaded_here_keeps_the_old_one_and_alerts_once(site):
    publish(site, "甲")
    publish(site, "乙")
    with site.writing():
        site.put_in_force(1)
    in_force = CountyInForce(site)
    (site.folder(2) / "places.csv").unlink()
    with site.writing():
        site.put_in_force(2)
    with capture_logs() as logs:
        assert [leader(next_edition(in_force).county) for _ in range(3)] == ["甲"] * 3
    assert [(line["log_level"], line["kept"]) for line in logs] == [("error", 1)]


def test_a_version_that_could_not_be_loaded_is_tried_again_later(site, monkeypatch):
    monkeypatch.setattr(inforce, "RETRY_SECONDS", 0.0)
    publish(site, "甲")
    in_force = CountyInForce(site)
    publish(site, "乙")
    names = site.folder(2) / "places.csv"
    content = names.read_bytes()
    names.unlink()
    assert leader(next_edition(in_force).county) == "甲"
    names.write_bytes(content)
    assert leader(next_edition(in_force).county) == "乙"


def test_a_pointer_that_vanishes_with_its_disk_does_not_bring_back_the_demo_county(site):
    publish(site)
    in_force = CountyInForce(site)
    site.pointer.unlink()
    with capture_logs() as logs:
        assert leader(next_edition(in_force).county) == "甲"
    assert logs[0]["log_level"] == "error"


def test_a_process_does_not_start_on_a_version_that_cannot_be_loaded(site):
    publish(site)
    (site.folder(1) / "grid.geojson").write_text("{")
    with pytest.raises(BadInputError, match=r"grid\.geojson"):
        CountyInForce(site)
