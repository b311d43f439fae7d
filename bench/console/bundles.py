"""What a browser has to fetch: each chunk, and all that a page needs before it can be used.

A page needs the files that its HTML names and whatever those import; what is asked for later
(`import()`) is counted for the seat's page alone, which is a chunk of its own.
"""

import gzip
import re
from pathlib import Path

from bench.console.report import Figure

PAGES = {"index.html": 200.0, "field.html": 160.0, "public.html": 100.0}  # KB, compressed
SEAT = 220.0
CHUNK = 80.0  # KB, compressed
LATER = {"draw-": 185.0, "maplibre-gl-csp-": 260.0}  # ECharts, MapLibre: with the first picture
WORKER = "maplibre-gl-csp-worker-"
WORKER_LIMIT = 150.0
NAMED = re.compile(r'(?:src|href)="/console/(assets/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')


def measured(folder: Path) -> list[Figure]:
    """The sizes of a build."""
    assets = folder / "assets"
    sizes = {path: packed(path) for path in assets.iterdir()}
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])
    figures = [Figure(f"chunk {path.name}", size, "KB", limit_of(path)) for path, size in largest]
    pages = {page: needed(folder / page, assets) for page in PAGES}
    for page, needs in pages.items():
        figures.append(_total(f"{page}: {len(needs)} files before it is drawn", needs, PAGES[page]))
    (seat,) = assets.glob("Seat-*.js")
    needs = pages["index.html"] | closure({seat})
    late = [path for path in needs if path.name.startswith(tuple(LATER))]
    return [
        *figures,
        _total(f"the seat's page: {len(needs)} files before it is drawn", needs, SEAT),
        Figure("of them ECharts' or MapLibre's", len(late), "", 0),
    ]


def limit_of(path: Path) -> float:
    """A chunk's limit in KB; those that come with the first chart or map have their own."""
    if path.name.startswith(WORKER):
        return WORKER_LIMIT
    return next((size for name, size in LATER.items() if path.name.startswith(name)), CHUNK)


def needed(page: Path, assets: Path) -> set[Path]:
    """The files that a page's HTML names, and whatever those import."""
    named = {assets.parent / name for name in NAMED.findall(page.read_text("utf-8"))}
    return named | closure({path for path in named if path.suffix == ".js"})


def closure(chunks: set[Path]) -> set[Path]:
    """These chunks and all that they import, directly or not."""
    known: set[Path] = set()
    while chunks:
        known |= chunks
        told = {(path, name) for path in chunks for name in IMPORTED.findall(path.read_text())}
        chunks = {path.parent / name for path, name in told} - known
    return known


def packed(path: Path) -> float:
    """A file's size in KB, compressed as a proxy would send it."""
    return len(gzip.compress(path.read_bytes(), 9)) / 1024


def _total(name: str, files: set[Path], limit: float) -> Figure:
    return Figure(name, sum(packed(path) for path in files), "KB", limit)
