"""What is wrong with a file for import: all of it, each fault with its place, told in one line."""

from dataclasses import dataclass, field

TOLD = 50  # of one file's faults; the rest is counted


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where."""

    where: str  # "grid.geojson, feature 12 (140728100)", "places.csv, line 7"
    said: str  # what is wrong and, where it is not plain, the remedy
    longitude: float | None = None  # degrees, in the file's own datum
    latitude: float | None = None
    area_m2: float | None = None

    def __str__(self) -> str:
        told = f"{self.where}: {self.said}"
        if self.area_m2 is not None:
            told += f", {self.area_m2:.0f} m²"
        if self.longitude is not None and self.latitude is not None:
            told += f" around {self.longitude:.6f}, {self.latitude:.6f}"
        return told


@dataclass
class Faults:
    """The faults of one file: the first `TOLD` are kept, all are counted."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, *faults: Fault) -> None:
        """Take these in too."""
        self.count += len(faults)
        self.kept += faults[: max(TOLD - len(self.kept), 0)]

    def merge(self, others: "Faults") -> None:
        """Take in another file's, which were kept and counted for themselves."""
        self.count += others.count
        self.kept += others.kept

    def __bool__(self) -> bool:
        return self.count > 0

    def lines(self) -> list[str]:
        """A line a fault, and one for those that are only counted."""
        more = self.count - len(self.kept)
        rest = [f"and {more} more"] if more else []
        return [*(str(fault) for fault in self.kept), *rest]
