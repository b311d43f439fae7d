"""The settings of the cepstra, as conf/mfcc.conf tells Vosk."""

from tools.demo_model import RATE_HZ

CEPSTRA = 40
LOW_HZ, HIGH_HZ = 40, -200  # a negative upper end counts down from half the rate
# Without dither the same call gives the same words at every run, and digital silence stays silent.
MFCC_CONF = f"""\
--use-energy=false
--sample-frequency={RATE_HZ}
--num-mel-bins={CEPSTRA}
--num-ceps={CEPSTRA}
--low-freq={LOW_HZ}
--high-freq={HIGH_HZ}
--dither=0
"""
