"""Kaldi's binary model file: the phones' topology, the network's text description, its numbers."""

import math
import struct
from dataclasses import dataclass, field

import numpy as np

from tools.demo_model.acoustic import AcousticModel
from tools.demo_model.graph import PhoneTable
from tools.demo_model.network import CONTEXT, EPSILON, STEP, WINDOWS

LEAST_PRIOR = 2e-3  # rarer sounds would otherwise be believed too readily
Affine = tuple[np.ndarray, np.ndarray]  # outputs x inputs, outputs


@dataclass
class KaldiFile:
    """Tokens, numbers and matrices one after another, each number behind its size in bytes."""

    content: bytearray = field(default_factory=lambda: bytearray(b"\0B"))

    def token(self, *names: str) -> None:
        """Words, each followed by a space."""
        self.content += b"".join(name.encode() + b" " for name in names)

    def integers(self, *values: int) -> None:
        """32-bit numbers."""
        for value in values:
            self.content += b"\x04" + struct.pack("<i", value)

    def number(self, value: float) -> None:
        """A 32-bit real number."""
        self.content += b"\x04" + struct.pack("<f", value)

    def count(self, value: float) -> None:
        """A 64-bit real number."""
        self.content += b"\x08" + struct.pack("<d", value)

    def integer_vector(self, values: list[int]) -> None:
        """Length and 32-bit numbers."""
        self.integers(len(values))
        self.content += np.asarray(values, "<i4").tobytes()

    def vector(self, values: np.ndarray) -> None:
        """Length and 32-bit real numbers."""
        self.token("FV")
        self.integers(len(values))
        self.content += np.asarray(values, "<f4").tobytes()

    def matrix(self, values: np.ndarray) -> None:
        """Rows, columns and 32-bit real numbers, row by row."""
        self.token("FM")
        self.integers(*values.shape)
        self.content += np.ascontiguousarray(values, "<f4").tobytes()


def model_file(model: AcousticModel, table: PhoneTable) -> bytes:
    """The content of am/final.mdl."""
    file = KaldiFile()
    write_transitions(file, table)
    write_network(file, folded(model))
    return bytes(file.content)


def write_transitions(file: KaldiFile, table: PhoneTable) -> None:
    """Every phone is a row of states, each left or stayed in with the same chance."""
    lengths = [len(table.transitions(name)) for name in table.ids]
    kinds = sorted(set(lengths))
    file.token("<TransitionModel>", "<Topology>")
    file.integer_vector(list(table.ids.values()))
    file.integer_vector([-1, *(kinds.index(length) for length in lengths)])
    file.integers(len(kinds))
    for length in kinds:
        file.integers(length + 1)
        for state in range(length):
            file.integers(state, 2, state)
            file.number(0.5)
            file.integers(state + 1)
            file.number(0.5)
        file.integers(-1, 0)  # the end: no pdf, no transition
    file.token("</Topology>", "<Triples>")
    file.integers(len(table.triples))
    for triple in table.triples:
        file.integers(*triple)
    file.token("</Triples>", "<LogProbs>")
    file.vector(np.array([0.0] + [math.log(0.5)] * (2 * len(table.triples))))
    file.token("</LogProbs>", "</TransitionModel>")


def folded(model: AcousticModel) -> list[Affine]:
    """The layers as plain affine maps: every normalisation moved into the next one's weights.

    The pdfs' priors go into the last bias, because Kaldi's decoder wants likelihoods.
    """
    scale, shift = 1 / model.spread, -model.mean / model.spread
    maps: list[Affine] = []
    for window, layer in zip(WINDOWS, model.network.layers, strict=True):
        weight = layer.weight.astype(np.float64)
        bias = layer.bias + np.tile(shift, window) @ weight
        maps.append(((weight * np.tile(scale, window)[:, None]).T, bias))
        scale = 1 / np.sqrt(layer.variance.astype(np.float64) + EPSILON)
        shift = -layer.mean * scale
    weight, bias = maps[-1]
    maps[-1] = weight, bias - np.log(np.maximum(model.prior, LEAST_PRIOR))
    return maps


def write_network(file: KaldiFile, maps: list[Affine]) -> None:
    """The nnet3 network: its description as text, then each component."""
    file.token("<Nnet3>")
    file.content += ("\n" + "\n".join(description(maps)) + "\n\n").encode()
    file.token("<NumComponents>")
    file.integers(2 * len(maps) - 1)
    for number, (weight, bias) in enumerate(maps):
        file.token("<ComponentName>", f"affine{number}", "<FixedAffineComponent>", "<LinearParams>")
        file.matrix(weight)
        file.token("<BiasParams>")
        file.vector(bias)
        file.token("</FixedAffineComponent>")
        if number < len(maps) - 1:
            write_relu(file, number, len(bias))
    file.token("</Nnet3>", "<LeftContext>")
    file.integers(CONTEXT)
    file.token("<RightContext>")
    file.integers(CONTEXT)
    file.token("<Priors>")
    file.vector(np.array([]))


def write_relu(file: KaldiFile, number: int, width: int) -> None:
    """A rectifier without the statistics that only Kaldi's own training uses."""
    file.token("<ComponentName>", f"relu{number}", "<RectifiedLinearComponent>", "<Dim>")
    file.integers(width)
    file.token("<ValueAvg>")
    file.vector(np.array([]))
    file.token("<DerivAvg>")
    file.vector(np.array([]))
    file.token("<Count>")
    file.count(0.0)
    file.token("</RectifiedLinearComponent>")


def description(maps: list[Affine]) -> list[str]:
    """Which component feeds which, and from which frames."""
    inputs = maps[0][0].shape[1] // WINDOWS[0]
    lines, source = [f"input-node name=input dim={inputs}"], "input"
    for number, window in enumerate(WINDOWS):
        reach, step = window // 2, 1 if number == 0 else STEP
        frames = [f"Offset({source}, {k * step})" for k in range(-reach, reach + 1)]
        seen = f"Append({', '.join(frames)})" if window > 1 else source
        lines.append(f"component-node name=affine{number} component=affine{number} input={seen}")
        if number < len(WINDOWS) - 1:
            source = f"relu{number}"
            lines.append(f"component-node name={source} component={source} input=affine{number}")
    last = f"affine{len(WINDOWS) - 1}"
    return [*lines, f"output-node name=output input={last} objective=linear"]
