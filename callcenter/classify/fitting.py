"""The door to scikit-learn: weights of words that tell the texts of one label from all others.

Only learning comes here; sorting needs no more than the table that was learned. Each label has a
linear support vector machine of its own, without a constant: what a text scores is the sum over its
words, as the engine sums, and its length changes no order of labels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from callcenter.errors import CannotStartError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STEPS_A_LABEL = 2  # with all words, then with those that are kept
EVENED = 0.5  # how far labels count alike, be they rare or not: 0 not at all, 1 wholly
TELLING = 0.5  # how far a word that is uneven over the labels counts more from the start
REMEDY = "learning needs scikit-learn: run `setup/run check`, or pip install 'callcenter[learn]'"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A text to learn from."""

    label: str
    counts: Mapping[int, float]  # number of a word -> 1 said once, up to 1.5 said again
    share: float = 1.0  # of a text that it counts; below 1 for an altered copy of one


def fit(
    samples: Sequence[Sample], words: int, most: int, tell: Callable[[], None]
) -> dict[str, dict[int, float]]:
    """Label -> number of a word -> weight; the same samples give the same weights.

    Args:
        samples: Of at least two labels.
        words: How many words there are, numbered from 0; each stands in a whole sample.
        most: How many of them a label may keep.
        tell: Called STEPS_A_LABEL times for each label.

    Raises:
        CannotStartError: scikit-learn is not installed.
    """
    solve = _solver()
    labels = np.array([one.label for one in samples])
    whole = np.array([one.share == 1.0 for one in samples])
    counts = _matrix(samples, words)
    stood = np.asarray((counts[whole] > 0).sum(axis=0), dtype=float).ravel()
    scale = _scale(counts[whole], labels[whole], stood)
    texts = _of_length_one(counts.multiply(scale).tocsr())
    shares = _evened(labels) * np.array([one.share for one in samples])
    weights = {}
    for label in sorted(set(labels.tolist())):
        first = solve(texts, labels == label, shares)
        tell()
        matters = np.abs(first) * scale * np.sqrt(stood)
        kept = np.sort(np.argsort(-matters, kind="stable")[:most])
        second = solve(texts[:, kept], labels == label, shares)
        tell()
        weights[label] = dict(zip(kept.tolist(), (second * scale[kept]).tolist(), strict=True))
    return weights


def _solver() -> Callable[[Any, NDArray[np.bool_], Floats], Floats]:
    try:
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise CannotStartError(REMEDY) from error

    def solve(texts: Any, is_it: NDArray[np.bool_], shares: Floats) -> Floats:
        machine = LinearSVC(fit_intercept=False, random_state=0)
        coefficients: Floats = machine.fit(texts, is_it, sample_weight=shares).coef_[0]
        return coefficients

    return solve


def _matrix(samples: Sequence[Sample], words: int) -> "csr_matrix":
    """A row a sample, a column a word."""
    from scipy.sparse import csr_matrix

    starts = np.cumsum([0, *(len(one.counts) for one in samples)])
    numbers = [number for one in samples for number in one.counts]
    counts = [count for one in samples for count in one.counts.values()]
    return csr_matrix((counts, numbers, starts), shape=(len(samples), words), dtype=float)


def _scale(counts: "csr_matrix", labels: NDArray[np.str_], stood: Floats) -> Floats:
    """How much each word counts before anything is learned: rare and uneven words count more.

    Rareness is the usual logarithm of texts over texts with the word; unevenness a root of
    chi-squared over the labels, a text.
    """
    rare = np.log((1 + len(labels)) / (1 + stood)) + 1
    uneven = np.zeros(len(stood))
    for label in sorted(set(labels.tolist())):
        is_it = labels == label
        expected = stood * is_it.mean()
        observed = np.asarray((counts[is_it] > 0).sum(axis=0), dtype=float).ravel()
        uneven += (observed - expected) ** 2 / np.maximum(expected, 1e-9)
    scale: Floats = rare * (np.sqrt(uneven / np.maximum(stood, 1)) ** TELLING)
    return scale


def _of_length_one(texts: "csr_matrix") -> "csr_matrix":
    lengths = np.sqrt(np.asarray(texts.multiply(texts).sum(axis=1))).ravel()
    each = np.repeat(np.maximum(lengths, 1e-9), np.diff(texts.indptr))
    texts.data = texts.data / each
    return texts


def _evened(labels: NDArray[np.str_]) -> Floats:
    """What each sample counts so that rare labels are not drowned by usual ones."""
    names, number, of_label = np.unique(labels, return_inverse=True, return_counts=True)
    shares: Floats = (len(labels) / (len(names) * of_label[number])) ** EVENED
    return shares
