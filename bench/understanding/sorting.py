"""Item, kind and outcome of texts: seven labels without training, 61 items, 110 and 12345."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from sklearn.metrics import f1_score, precision_score, recall_score

from bench.noise import SEED, with_sound_alikes
from bench.understanding.figures import Figure, read_rows
from callcenter.classify.items import canonical
from callcenter.classify.keywords import Reading, classify
from callcenter.classify.lexicon import Rules
from callcenter.facts import Outcome, Side

NOISE = 0.25  # of the characters
MOST_LOST = 0.05
WITHOUT_LABEL = "城乡建设"  # the label of a text none of whose items has one

Row = dict[str, str]
Measure = Callable[[Sequence[Row]], float]


def heard(rules: Rules, text: str) -> Reading:
    """What the rules read in a citizen's text."""
    return classify(rules, [(Side.CITIZEN, text)])


def garbled(rows: Sequence[Row], share: float = NOISE) -> list[Row]:
    """The rows with that share of their characters replaced by others that sound alike."""
    random = Random(SEED)
    return [row | {"text": with_sound_alikes(row["text"], share, random)} for row in rows]


def on_both(name: str, mark: float, rows: Sequence[Row], measure: Measure) -> Iterator[Figure]:
    """The figure on the rows, and what is lost where a quarter of the characters is garbled."""
    rests_on = f"{len(rows)} texts"
    clean, noisy = measure(rows), measure(garbled(rows))
    yield Figure(name, clean, mark, rests_on=rests_on)
    lost = f"  lost with {NOISE:.0%} sound-alikes"
    yield Figure(lost, max(clean - noisy, 0.0), MOST_LOST, at_least=False, rests_on=rests_on)


def seven_labels(rules: Rules, folder: Path) -> Iterator[Figure]:
    """Macro-F1 of letters with seven labels, by the fixed map from items; nothing is learned."""
    label_of = {row["item"]: row["label"] for row in read_rows(folder / "item_to_label.csv")}

    def macro_f1(rows: Sequence[Row]) -> float:
        told = [_label(heard(rules, row["text"]), label_of) for row in rows]
        return float(f1_score([row["label"] for row in rows], told, average="macro"))

    rows = read_rows(folder / "hotline_dev.csv")
    yield from on_both("seven labels by a map of items: macro-F1", 0.72, rows, macro_f1)


def items(rules: Rules, path: Path) -> Iterator[Figure]:
    """How often the true item is the first, or among the first three."""

    def within(rows: Sequence[Row], places: int) -> float:
        right = 0
        for row in rows:
            reading = heard(rules, row["text"])
            ranked = [reading.item, *(one.item for one in reading.runner_ups)]
            right += canonical(row["item"]) in ranked[:places]
        return right / len(rows)

    rows = read_rows(path)
    yield from on_both("61 items: top 1", 0.90, rows, lambda some: within(some, 1))
    yield from on_both("61 items: top 3", 0.97, rows, lambda some: within(some, 3))


def outcomes(rules: Rules, path: Path) -> Iterator[Figure]:
    """Recall and precision of "needs 110 now"."""
    rows = read_rows(path)

    def told(some: Sequence[Row]) -> list[bool]:
        return [heard(rules, row["text"]).outcome is Outcome.NEEDS_110 for row in some]

    true = [row["needs_110"] == "yes" for row in rows]
    precision = float(precision_score(true, told(rows)))
    yield from on_both(
        "needs 110 now: recall", 0.98, rows, lambda some: float(recall_score(true, told(some)))
    )
    yield Figure("needs 110 now: precision", precision, 0.80, rests_on=f"{len(rows)} texts")


def kinds(rules: Rules, path: Path) -> Iterator[Figure]:
    """How often the kind is right; no mark is set for it."""
    rows = read_rows(path)
    right = sum(heard(rules, row["text"]).kind == row["kind"] for row in rows)
    yield Figure("kinds: right", right / len(rows), 0.0, rests_on=f"{len(rows)} texts")


def _label(reading: Reading, label_of: dict[str, str]) -> str:
    ranked = [reading.item or "", *(one.item for one in reading.runner_ups)]
    return next((label_of[item] for item in ranked if item in label_of), WITHOUT_LABEL)
