"""A figure beside its limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured; `limit` None: told for what it is."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it is not above its limit."""
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        told = f"  {self.name:<58} {self.value:>10.1f} {self.unit}"
        if self.limit is None:
            return told
        return (
            f"{told:<80} at most {self.limit:g} {self.unit}: {'met' if self.is_met else 'MISSED'}"
        )


def share(values: list[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
