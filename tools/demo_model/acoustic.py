"""The trained acoustic model, and how it is kept between training and export."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.demo_model.align import make_states
from tools.demo_model.lexicon import SILENCE
from tools.demo_model.network import Network

LAYER_ARRAYS = ("weight", "bias", "mean", "variance")


@dataclass
class AcousticModel:
    """What export.py needs of the training."""

    network: Network
    states: dict[str, list[int]]
    mean: np.ndarray  # of the cepstra
    spread: np.ndarray
    prior: np.ndarray  # share of each pdf in the training speech


def save(model: AcousticModel, path: Path) -> None:
    """Everything of the model in one npz file."""
    arrays = {"mean": model.mean, "spread": model.spread, "prior": model.prior}
    for number, layer in enumerate(model.network.layers):
        arrays |= {f"{name}{number}": getattr(layer, name) for name in LAYER_ARRAYS}
    np.savez(path, phones=[name for name in model.states if name != SILENCE], **arrays)


def load(path: Path) -> AcousticModel:
    """What `save` wrote."""
    with np.load(path) as stored:
        states = make_states([str(phone) for phone in stored["phones"]])
        network = Network(len(stored["mean"]), len(stored["prior"]), np.random.default_rng(0))
        for number, layer in enumerate(network.layers):
            for name in LAYER_ARRAYS:
                setattr(layer, name, stored[f"{name}{number}"])
        return AcousticModel(network, states, *(stored[k] for k in ("mean", "spread", "prior")))
