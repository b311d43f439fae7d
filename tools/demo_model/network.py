"""A time-delay neural network in numpy: small enough that no training library is worth its size.

Frames come every 10 ms, scores go every 30 ms: the first layer sees nine frames and steps by three;
each later layer sees three neighbours. A hidden layer is affine -> ReLU -> normalised to mean 0 and
variance 1 over the batch (export.py folds the normalisation into the next layer).
"""

from dataclasses import dataclass, field

import numpy as np

STEP = 3  # frames from one score to the next
WINDOWS = (9, 3, 3, 3, 3, 1)  # inputs a layer sees, of its own input's rate
CONTEXT = 16  # frames each side that one score depends on: 4 + 4 layers x 3
WIDTH = 192
EPSILON = 1e-5


@dataclass
class Layer:
    """One affine map over a window, with what Adam and the normalisation remember."""

    weight: np.ndarray  # (window x inputs) x outputs
    bias: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    moments: list[np.ndarray] = field(default_factory=list)


class Network:
    """The acoustic model: cepstra to scores of the pdfs (the sounds' states)."""

    def __init__(
        self, inputs: int, pdfs: int, rng: np.random.Generator, width: int = WIDTH
    ) -> None:
        """Random weights after He et al. (2015)."""
        widths = [inputs] + [width] * (len(WINDOWS) - 1) + [pdfs]
        self.layers = []
        for window, fan, out in zip(WINDOWS, widths, widths[1:], strict=False):
            spread = np.sqrt(2 / (window * fan))
            weight = (rng.standard_normal((window * fan, out)) * spread).astype(np.float32)
            zeros = np.zeros(out, np.float32)
            self.layers.append(Layer(weight, zeros.copy(), zeros.copy(), zeros + 1))
        self.updates = 0

    def scores(self, frames: np.ndarray) -> np.ndarray:
        """Log probabilities, batch x steps x pdfs; `frames` carry CONTEXT more at both ends."""
        for number, layer in enumerate(self.layers):
            frames = windows(frames, WINDOWS[number], STEP if number == 0 else 1)
            frames = frames @ layer.weight + layer.bias
            if layer is not self.layers[-1]:
                frames = np.maximum(frames, 0) - layer.mean
                frames /= np.sqrt(layer.variance + EPSILON)
        return log_softmax(frames)

    def learn(self, frames: np.ndarray, labels: np.ndarray, rate: float) -> tuple[float, float]:
        """One Adam step on batch x steps labels (-1: no frame). Gives loss and hit rate."""
        seen = self._forward(frames)
        scores = log_softmax(seen.pop())
        known = labels >= 0
        wanted = np.where(known, labels, 0)[..., None]
        loss = -np.take_along_axis(scores, wanted, 2)[..., 0][known].mean()
        hits = (scores.argmax(2) == labels)[known].mean()
        error = np.exp(scores)
        np.put_along_axis(error, wanted, np.take_along_axis(error, wanted, 2) - 1, 2)
        error *= (known / known.sum())[..., None].astype(np.float32)
        self._adam(self._backward(seen, error), rate)
        return float(loss), float(hits)

    def _forward(self, frames: np.ndarray) -> list[np.ndarray]:
        """What each layer saw and gave, for the way back; the last item is the raw output."""
        seen: list[np.ndarray] = []
        for number, layer in enumerate(self.layers):
            inputs = windows(frames, WINDOWS[number], STEP if number == 0 else 1)
            output = inputs @ layer.weight + layer.bias
            seen.append(inputs)
            if layer is not self.layers[-1]:
                frames = np.maximum(output, 0)
                mean, variance = frames.mean((0, 1)), frames.var((0, 1))
                layer.mean += 0.05 * (mean - layer.mean)
                layer.variance += 0.05 * (variance - layer.variance)
                spread = np.sqrt(variance + EPSILON)
                frames = (frames - mean) / spread
                seen += [output > 0, frames, spread]
            else:
                seen.append(output)
        return seen

    def _backward(self, seen: list[np.ndarray], error: np.ndarray) -> list[np.ndarray]:
        """Gradients of weight and bias of every layer, first layer first."""
        gradients: list[np.ndarray] = []
        for number in reversed(range(len(self.layers))):
            layer = self.layers[number]
            if number < len(self.layers) - 1:
                spread, normal, positive = seen.pop(), seen.pop(), seen.pop()
                error = error - error.mean((0, 1)) - normal * (error * normal).mean((0, 1))
                error = error / spread * positive
            inputs = seen.pop()
            flat = error.reshape(-1, error.shape[2])
            weight = inputs.reshape(-1, inputs.shape[2]).T @ flat
            gradients = [weight, flat.sum(0), *gradients]
            if number:
                error = unwindowed(error @ layer.weight.T, WINDOWS[number])
        return gradients

    def _adam(self, gradients: list[np.ndarray], rate: float) -> None:
        """Kingma & Ba (2015), with the gradient's length held to 5."""
        self.updates += 1
        length = np.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))
        shrink = min(1.0, 5 / (length + 1e-9))
        for number, layer in enumerate(self.layers):
            values = [layer.weight, layer.bias]
            if not layer.moments:
                layer.moments = [np.zeros_like(v) for v in values for _ in range(2)]
            for k, value in enumerate(values):
                gradient = gradients[2 * number + k] * shrink
                first, second = layer.moments[2 * k : 2 * k + 2]
                first += 0.1 * (gradient - first)
                second += 0.001 * (gradient**2 - second)
                step = rate * np.sqrt(1 - 0.999**self.updates) / (1 - 0.9**self.updates)
                value -= (step * first / (np.sqrt(second) + 1e-8)).astype(np.float32)


def windows(frames: np.ndarray, window: int, step: int) -> np.ndarray:
    """Neighbours side by side: batch x steps x (window x inputs)."""
    if window == 1:
        return frames
    batch, length, width = frames.shape
    frames = np.ascontiguousarray(frames)
    whole, row, item = frames.strides
    shape = (batch, (length - window) // step + 1, window * width)
    view = np.lib.stride_tricks.as_strided(frames, shape, (whole, row * step, item))
    return np.ascontiguousarray(view)


def unwindowed(errors: np.ndarray, window: int) -> np.ndarray:
    """The way back through `windows` with step 1: each input's errors added up."""
    if window == 1:
        return errors
    batch, steps, width = errors.shape
    parts = errors.reshape(batch, steps, window, width // window)
    total = np.zeros((batch, steps + window - 1, width // window), errors.dtype)
    for k in range(window):
        total[:, k : k + steps] += parts[:, :, k]
    return total


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Logarithms of probabilities over the last axis."""
    scores = scores - scores.max(-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(-1, keepdims=True))
