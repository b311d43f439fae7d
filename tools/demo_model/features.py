"""Sound to numbers: 40 cepstra every 10 ms, exactly as Vosk computes them from conf/mfcc.conf."""

import kaldi_native_fbank as fbank
import numpy as np

from tools.demo_model import RATE_HZ
from tools.demo_model.mfcc import CEPSTRA, HIGH_HZ, LOW_HZ


def options() -> fbank.MfccOptions:
    """MFCC_CONF for this library."""
    found = fbank.MfccOptions()
    found.frame_opts.samp_freq = RATE_HZ
    found.frame_opts.dither = 0
    found.frame_opts.snip_edges = True
    found.mel_opts.num_bins = CEPSTRA
    found.mel_opts.low_freq = LOW_HZ
    found.mel_opts.high_freq = HIGH_HZ
    found.num_ceps = CEPSTRA
    found.use_energy = False
    return found


def cepstra(samples: np.ndarray) -> np.ndarray:
    """Frames x 40, float32, of int16 samples at 8 kHz."""
    computer = fbank.OnlineMfcc(options())
    computer.accept_waveform(RATE_HZ, samples.astype(np.float32))
    computer.input_finished()
    return np.stack([computer.get_frame(i) for i in range(computer.num_frames_ready)])
