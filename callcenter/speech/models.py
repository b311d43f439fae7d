"""Which speech model the service listens with, and how to get a better one.

The configured model, else the best official Mandarin model that is installed, else the demo model,
which knows synthetic voices only. Figures and sources: docs/speech-models.md
"""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from callcenter.errors import BadInputError, CannotStartError
from callcenter.settings import ROOT, Settings
from callcenter.speech.download import OnProgress, download, published, unpack

SITE = "https://alphacephei.com/vosk/models"
DEMO = "demo-cn"
# Without these Vosk cannot load a model: some it reports, on others it ends the whole process.
NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/words.txt")
GRAPHS = (("graph/HCLG.fst",), ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"))
KALDI_RATE_HZ = 16000  # where conf/mfcc.conf names no rate


@dataclass(frozen=True)
class OfficialModel:
    """A Mandarin model of Vosk's site. Error rates are in percent of characters, as published."""

    name: str
    size_mb: int
    licence: str
    error_rates: str


# Best first. Source: the table at SITE, see docs/speech-models.md
OFFICIAL = (
    OfficialModel(
        "vosk-model-cn-0.22", 1360, "Apache-2.0", "SpeechIO-02 13.98, SpeechIO-06 27.30, THCHS 7.43"
    ),
    OfficialModel(
        "vosk-model-cn-kaldi-multicn-0.15", 1680, "Apache-2.0", "SpeechIO-02 17.44, THCHS 9.56"
    ),
    OfficialModel(
        "vosk-model-small-cn-0.22",
        44,
        "Apache-2.0",
        "SpeechIO-02 23.54, SpeechIO-06 38.29, THCHS 17.15",
    ),
)


@dataclass(frozen=True)
class SpeechModel:
    """A model that lies ready; `rate_hz` is the sample rate it wants."""

    path: Path
    name: str
    rate_hz: int
    is_demo: bool


@dataclass(frozen=True)
class ModelRow:
    """One line of `callcenter models list`; `path` is where the model lies, if it is installed."""

    name: str
    size_mb: int
    licence: str
    error_rates: str
    path: Path | None
    is_used: bool


def find_model(settings: Settings) -> SpeechModel:
    """The model to listen with: configured, else the best official one installed, else the demo's.

    Raises:
        CannotStartError: The configured model, or where none is configured every model, is missing
            or not whole.
    """
    if settings.vosk_model is not None:
        fault = fault_of(settings.vosk_model)
        if fault:
            raise CannotStartError(
                f"CALLCENTER_VOSK_MODEL: {settings.vosk_model} {fault}. Name the folder of a whole "
                "Vosk model, or unset it to use the best one installed ('callcenter models list')."
            )
        return _ready(settings.vosk_model)
    for name in [*(model.name for model in OFFICIAL), DEMO]:
        path = _installed(name, settings)
        if path:
            return _ready(path)
    raise CannotStartError(
        f"No speech model is whole under {settings.models_dir}: get one with 'callcenter models "
        "get NAME', or bring back models/demo-cn."
    )


def list_models(settings: Settings) -> list[ModelRow]:
    """Every model we know, best first, the demo's last."""
    try:
        used = find_model(settings).path.resolve()
    except CannotStartError:
        used = None  # the list must help just then
    demo = OfficialModel(DEMO, 4, "GPL-3.0-or-later", "synthetic voices only 仅用于合成语音")
    rows = []
    for model in (*OFFICIAL, demo):
        path = _installed(model.name, settings)
        is_used = path is not None and path.resolve() == used
        rows.append(
            ModelRow(model.name, model.size_mb, model.licence, model.error_rates, path, is_used)
        )
    return rows


def get_model(name: str, settings: Settings, progress: OnProgress, site: str = SITE) -> SpeechModel:
    """Downloads an official model into `var/models`, checks it and puts it in place whole.

    An installed one is left as it is. A download that breaks off is continued next time.
    `progress` is told bytes had and bytes in all (none if unknown). Blocks; up to an hour.

    Raises:
        BadInputError: No model of that name is in the catalogue.
        DownloadError: The site is out of reach, or what came is not what it publishes; nothing
            is installed.
    """
    known = [model.name for model in OFFICIAL]
    if name not in known:
        raise BadInputError(f"name: no model {name!r} is known; choose one of {', '.join(known)}.")
    folder = settings.var_dir / "models"
    installed = _installed(name, settings)
    if installed:
        return _ready(installed)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f".{name}.zip"
    expected = published(f"{site}/model-list.json", name, folder)
    download(f"{site}/{name}.zip", archive, expected, progress)
    return _ready(unpack(archive, folder / name, fault_of))


def fault_of(path: Path) -> str | None:
    """What keeps Vosk from loading this folder, as the rest of a sentence; nothing if it can."""
    if not path.is_dir():
        return "is not a folder"
    missing = [name for name in NEEDED if not _is_filled(path / name)]
    if missing:
        return f"is not a whole Vosk model: {missing[0]} is missing or empty"
    if not any(all(_is_filled(path / name) for name in graph) for graph in GRAPHS):
        return "is not a whole Vosk model: graph/HCLG.fst, or HCLr.fst and Gr.fst, is missing"
    return None


def rate_of(path: Path) -> int:
    """The sample rate in Hz that a model's conf/mfcc.conf names."""
    for line in (path / "conf/mfcc.conf").read_text(encoding="utf-8").splitlines():
        option, _, value = line.partition("#")[0].strip().partition("=")
        if option == "--sample-frequency":
            try:
                return int(float(value))
            except ValueError:
                raise CannotStartError(
                    f"{path}/conf/mfcc.conf: --sample-frequency={value} is not a number of hertz; "
                    "unpack the model anew."
                ) from None
    return KALDI_RATE_HZ


def print_models(settings: Settings) -> None:
    """The list on the terminal, best first; an arrow marks the one in use."""
    console = Console(highlight=False, soft_wrap=True)
    for row in list_models(settings):
        mark = "→" if row.is_used else " "
        console.print(f"{mark} {row.name:<33} {row.size_mb:>5} MB  {row.licence}")
        console.print(f"    {row.error_rates}")
        console.print(f"    {row.path or 'not installed'}")
    console.print("\nNumbers: published errors in percent of characters; docs/speech-models.md")


def get_model_with_progress(name: str, settings: Settings) -> None:
    """`get_model` with a bar on the terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), transient=True) as bar:
        task = bar.add_task(name, total=None)
        model = get_model(
            name, settings, lambda had, total: bar.update(task, completed=had, total=total)
        )
    Console().print(f"{model.name}: {model.path}, {model.rate_hz} Hz")


def _ready(path: Path) -> SpeechModel:
    name = path.resolve().name
    return SpeechModel(path, name, rate_of(path), name == DEMO)


def _installed(name: str, settings: Settings) -> Path | None:
    for folder in (settings.models_dir, settings.var_dir / "models", ROOT / "models"):
        if fault_of(folder / name) is None:
            return folder / name
    return None


def _is_filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
