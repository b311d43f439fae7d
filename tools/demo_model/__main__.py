"""`python -m tools.demo_model train|export|measure|words`; without a word the first three."""

import argparse
import os
import time
from pathlib import Path

from tools.demo_model import ROOT
from tools.demo_model.corpus import make_corpus

MODEL_DIR = ROOT / "models" / "demo-cn"
NETWORK_FILE = ROOT / "var" / "demo-model" / "network.npz"
RECORDINGS = 4200
EPOCHS = 4


def run_train(asked: argparse.Namespace) -> None:
    """Text, speech, cepstra, training; leaves the network under var/."""
    from tools.demo_model import acoustic, recordings, train

    corpus = make_corpus()
    planned = recordings.plan_recordings(corpus, asked.recordings)
    print(f"  {len(corpus.sentences)} sentences, {len(planned)} recordings", flush=True)
    phones = sorted({phone for one in planned for word in one.words for phone in word})
    heard = recordings.heard(planned)
    model = train.train(planned, heard, phones, asked.epochs)
    acoustic.save(model, NETWORK_FILE)


def run_export(asked: argparse.Namespace) -> None:
    """The network and the text as a model folder of Vosk."""
    from tools.demo_model import acoustic, export

    export.export(acoustic.load(NETWORK_FILE), make_corpus(), asked.model)


def run_words(asked: argparse.Namespace) -> None:
    """New words for the model that lies there; what it hears stays as it was trained."""
    from tools.demo_model import export

    corpus = make_corpus()
    export.write_words(export.table_of_words(corpus, asked.model), corpus, asked.model)


def run_measure(asked: argparse.Namespace) -> None:
    """Character error rates through Vosk itself."""
    from tools.demo_model import measure

    measure.measure(asked.model, make_corpus())


ALL = {"train": run_train, "export": run_export, "measure": run_measure}
STEPS = {**ALL, "words": run_words}


def main() -> None:
    """Runs the steps asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model", description=__doc__)
    parser.add_argument("step", nargs="?", choices=[*STEPS, "all"], default="all")
    parser.add_argument("--recordings", type=int, default=RECORDINGS, help="utterances to learn")
    parser.add_argument(
        "--epochs", type=int, default=EPOCHS, help="passes after the last alignment"
    )
    parser.add_argument("--model", type=Path, default=MODEL_DIR, help="where the model lies")
    asked = parser.parse_args()
    # One thread, before numpy is loaded: where other work runs, threads mostly wait for each other,
    # and with one the sums do not depend on their number.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for step in ALL if asked.step == "all" else [asked.step]:
        started = time.monotonic()
        print(f"{step} ...", flush=True)
        STEPS[step](asked)
        print(f"{step}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
