"""Makes and measures models/demo-cn, a tiny Mandarin model for Vosk, from synthetic speech only.

Read it in the order of the work: corpus, lexicon, speech, features, network, align, train,
grammar, graph, kaldi, export, measure.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 8000  # what a telephone carries
SEED = 12345
