"""Which model is found, and what a download may and may not install.

The far end is a real HTTP server of this test's own; its archives are made of models/demo-cn.
"""

import hashlib
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from callcenter.errors import BadInputError, CannotStartError
from callcenter.settings import ROOT, Settings
from callcenter.speech.download import DownloadError
from callcenter.speech.models import OFFICIAL, fault_of, find_model, get_model, list_models, rate_of

DEMO = ROOT / "models" / "demo-cn"
SMALL = "vosk-model-small-cn-0.22"
BIG = "vosk-model-cn-0.22"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path / "var", models_dir=tmp_path / "models")


def put_model(folder: Path, rate_hz: int = 8000) -> Path:
    """A folder with the files Vosk needs; only the rate is real."""
    for name in ("am/final.mdl", "conf/model.conf", "graph/words.txt", "graph/HCLG.fst"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / "conf/mfcc.conf").write_text(
        f"--use-energy=false\n--sample-frequency={rate_hz} # Hz\n"
    )
    return folder


# --- finding ---------------------------------------------------------------------------------


def test_without_any_other_the_demo_model_is_found_and_says_so(settings: Settings) -> None:
    model = find_model(settings)
    assert (model.name, model.rate_hz, model.is_demo) == ("demo-cn", 8000, True)


def test_an_installed_official_model_goes_before_the_demo_and_the_best_before_the_rest(
    settings: Settings,
) -> None:
    put_model(settings.var_dir / "models" / SMALL, 16000)
    assert find_model(settings).name == SMALL
    put_model(settings.models_dir / BIG, 16000)
    model = find_model(settings)
    assert (model.name, model.rate_hz, model.is_demo) == (BIG, 16000, False)


def test_a_half_unpacked_official_model_is_passed_over(settings: Settings) -> None:
    (put_model(settings.models_dir / BIG) / "am/final.mdl").write_bytes(b"")
    assert find_model(settings).is_demo


def test_the_configured_model_goes_before_all(settings: Settings, tmp_path: Path) -> None:
    put_model(settings.models_dir / BIG)
    settings.vosk_model = put_model(tmp_path / "own", 8000)
    assert find_model(settings).name == "own"
    settings.vosk_model = DEMO
    assert find_model(settings).is_demo


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("", "is not a folder"),
        ("am/final.mdl", "am/final.mdl is missing"),
        ("conf/mfcc.conf", "conf/mfcc.conf is missing"),
        ("graph/HCLG.fst", "graph/HCLG.fst, or HCLr.fst and Gr.fst, is missing"),
    ],
)
def test_a_broken_configured_model_is_named_in_one_line(
    settings: Settings, tmp_path: Path, lost: str, said: str
) -> None:
    settings.vosk_model = tmp_path / "gone"
    if lost:
        (put_model(tmp_path / "gone") / lost).unlink()
    with pytest.raises(CannotStartError) as refusal:
        find_model(settings)
    message = refusal.value.message
    assert said in message
    assert "CALLCENTER_VOSK_MODEL" in message
    assert str(tmp_path / "gone") in message
    assert "\n" not in message


def test_a_rate_that_is_no_number_is_named(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "odd")
    (folder / "conf/mfcc.conf").write_text("--sample-frequency=fast\n")
    with pytest.raises(CannotStartError, match="sample-frequency=fast"):
        rate_of(folder)


def test_without_a_word_on_the_rate_it_is_kaldis(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "silent")
    (folder / "conf/mfcc.conf").write_text("--use-energy=false\n")
    assert rate_of(folder) == 16000


def test_the_list_shows_every_model_and_marks_the_one_in_use(settings: Settings) -> None:
    put_model(settings.models_dir / SMALL)
    rows = list_models(settings)
    assert [row.name for row in rows] == [*(model.name for model in OFFICIAL), "demo-cn"]
    assert [row.name for row in rows if row.is_used] == [SMALL]
    assert [row.path is not None for row in rows] == [False, False, True, True]


# --- getting ---------------------------------------------------------------------------------


@dataclass
class FakeSite:
    """Stands in for Vosk's site: a list of models and archives, some of them faulty."""

    archive: bytes = b""
    row: dict[str, object] = field(default_factory=dict)
    breaks_after: int | None = None
    asked: list[str | None] = field(default_factory=list)  # the Range of every archive request
    address: str = ""

    def offer(self, archive: bytes) -> None:
        self.archive = archive
        md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
        self.row = {"name": SMALL, "size": len(archive), "md5": md5}


@pytest.fixture
def site() -> Iterator[FakeSite]:
    state = FakeSite()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802, the library's name
            if self.path.endswith("model-list.json"):
                self.answer(200, json.dumps([{"name": "another"}, state.row]).encode())
                return
            wanted = self.headers["Range"]
            state.asked.append(wanted)
            first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            self.answer(206 if first else 200, state.archive[first:], state.breaks_after)

        def answer(self, status: int, body: bytes, breaks_after: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:breaks_after])

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}/vosk/models"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def zip_of(folder: Path, inside: str, **extra: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{inside}/{path.relative_to(folder)}")
        for name, text in extra.items():
            archive.writestr(name, text)
    return content.getvalue()


def left_behind(settings: Settings) -> list[str]:
    folder = settings.var_dir / "models"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def get(settings: Settings, site: FakeSite) -> object:
    return get_model(SMALL, settings, lambda had, total: None, site.address)


def test_a_good_archive_is_installed_whole_and_used(settings: Settings, site: FakeSite) -> None:
    site.offer(zip_of(DEMO, SMALL))
    told: list[tuple[int, int | None]] = []
    model = get_model(SMALL, settings, lambda had, total: told.append((had, total)), site.address)
    assert (model.name, model.rate_hz, model.is_demo) == (SMALL, 8000, False)
    assert told[-1] == (len(site.archive), len(site.archive))
    assert left_behind(settings) == [SMALL]
    assert fault_of(model.path) is None
    assert find_model(settings) == model


def test_an_installed_model_is_not_downloaded_again(settings: Settings, site: FakeSite) -> None:
    site.offer(zip_of(DEMO, SMALL))
    assert get(settings, site) == get(settings, site)
    assert len(site.asked) == 1


def test_a_download_that_breaks_off_installs_nothing_and_goes_on_next_time(
    settings: Settings, site: FakeSite
) -> None:
    site.offer(zip_of(DEMO, SMALL))
    site.breaks_after = 100_000
    with pytest.raises(DownloadError, match="broke off after 100000 of"):
        get(settings, site)
    assert find_model(settings).is_demo
    site.breaks_after = None
    get(settings, site)
    assert site.asked == [None, "bytes=100000-"]
    assert left_behind(settings) == [SMALL]


def test_what_an_earlier_try_left_is_not_trusted(settings: Settings, site: FakeSite) -> None:
    site.offer(zip_of(DEMO, SMALL))
    folder = settings.var_dir / "models"
    folder.mkdir(parents=True)
    (folder / f".{SMALL}.part").write_bytes(b"something else")
    with pytest.raises(DownloadError, match="is not the file its list publishes"):
        get(settings, site)
    assert left_behind(settings) == []
    get(settings, site)
    assert left_behind(settings) == [SMALL]


def test_a_damaged_archive_is_deleted(settings: Settings, site: FakeSite) -> None:
    site.offer(zip_of(DEMO, SMALL))
    site.archive = b"PK" + bytes(len(site.archive) - 2)
    with pytest.raises(DownloadError, match="is not the file its list publishes"):
        get(settings, site)
    assert left_behind(settings) == []


def test_an_archive_cut_short_at_its_source_is_refused(settings: Settings, site: FakeSite) -> None:
    site.offer(zip_of(DEMO, SMALL)[:200_000])
    with pytest.raises(DownloadError, match="could not be unpacked"):
        get(settings, site)
    assert left_behind(settings) == []


@pytest.mark.parametrize("inside", ["another-folder", f"{SMALL}/{SMALL}"])
def test_an_archive_of_another_layout_is_refused(
    settings: Settings, site: FakeSite, inside: str
) -> None:
    site.offer(zip_of(DEMO, inside))
    with pytest.raises(DownloadError, match="nothing was installed"):
        get(settings, site)
    assert left_behind(settings) == []


@pytest.mark.parametrize(
    "name", ["../escaped", f"{SMALL}/../../escaped", "/tmp/escaped", "..\\escaped"]
)
def test_an_archive_that_leads_outside_is_refused(
    settings: Settings, site: FakeSite, name: str
) -> None:
    site.offer(zip_of(DEMO, SMALL, **{name: "x"}))
    with pytest.raises(DownloadError, match="leads outside"):
        get(settings, site)
    assert left_behind(settings) == []
    assert not (settings.var_dir / "escaped").exists()


def test_a_link_in_an_archive_is_refused(settings: Settings, site: FakeSite) -> None:
    content = io.BytesIO(zip_of(DEMO, SMALL))
    with zipfile.ZipFile(content, "a") as archive:
        link = zipfile.ZipInfo(f"{SMALL}/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    site.offer(content.getvalue())
    with pytest.raises(DownloadError, match="leads outside"):
        get(settings, site)


def test_a_list_that_does_not_hold_the_model_says_what_to_do(
    settings: Settings, site: FakeSite
) -> None:
    site.row = {"name": "another"}
    with pytest.raises(DownloadError, match="unpack it into"):
        get(settings, site)


def test_without_a_network_it_says_where_to_get_it_and_where_to_put_it(settings: Settings) -> None:
    nobody = FakeSite(address="http://127.0.0.1:1/vosk/models")
    with pytest.raises(DownloadError) as refusal:
        get(settings, nobody)
    assert "cannot be reached" in refusal.value.message
    assert "https://alphacephei.com/vosk/models" in refusal.value.message
    assert str(settings.var_dir.resolve() / "models") in refusal.value.message
    assert left_behind(settings) == []


def test_an_unknown_name_is_refused_with_the_known_ones(settings: Settings) -> None:
    with pytest.raises(BadInputError, match=SMALL):
        get_model("../../etc", settings, lambda had, total: None)
