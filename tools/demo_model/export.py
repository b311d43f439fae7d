"""Writes the model as Vosk reads it: its second layout, with a graph that takes grammars.

Source: the loader of vosk-api (model.cc) and the folders of the published models; see
docs/decisions/0006-demo-speech-model.md.
"""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tools.demo_model.acoustic import AcousticModel
from tools.demo_model.align import make_states
from tools.demo_model.corpus import Corpus
from tools.demo_model.grammar import Arc, Final, make_grammar
from tools.demo_model.graph import PhoneTable, make_graph
from tools.demo_model.kaldi import model_file
from tools.demo_model.lexicon import TAUGHT_WORDS, common_words, cut, make_lexicon
from tools.demo_model.mfcc import MFCC_CONF
from tools.demo_model.network import STEP
from tools.demo_model.speech import program

COMMON_WORDS = 2000  # of everyday talk that the hotline's sentences lack; unlikely, but sayable
DEMO_COUNT = 20  # the demo's sentences weigh this much in the language model
# Rules 2 to 4 end an utterance after so much silence: sure of the end, unsure, not at all.
MODEL_CONF = f"""\
--min-active=200
--max-active=3000
--beam=13.0
--lattice-beam=5.0
--acoustic-scale=0.4
--frame-subsampling-factor={STEP}
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.8
--endpoint.rule4.min-trailing-silence=1.5
"""


def export(model: AcousticModel, corpus: Corpus, folder: Path) -> None:
    """Fills `folder`; prints what lies in it."""
    for part in ("am", "conf"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    table = PhoneTable(model.states)
    (folder / "am/final.mdl").write_bytes(model_file(model, table))
    (folder / "conf/mfcc.conf").write_text(MFCC_CONF, encoding="ascii")
    (folder / "conf/model.conf").write_text(MODEL_CONF, encoding="ascii")
    write_words(table, corpus, folder)


def write_words(table: PhoneTable, corpus: Corpus, folder: Path) -> None:
    """The graphs and what belongs to them: all that new words change."""
    (folder / "graph/phones").mkdir(parents=True, exist_ok=True)
    write_lines(folder / "graph/phones/word_boundary.int", table.boundaries())
    # Vosk wants this list, and not empty; our graph has no disambiguation symbol.
    write_lines(folder / "graph/disambig_tid.int", [str(2 * len(table.triples) + 1)])
    cuts = cuts_of(corpus)
    lexicon = make_lexicon([*cuts, common_words(COMMON_WORDS)])
    word_ids = {word: number for number, word in enumerate(lexicon, 1)}
    write_graphs(
        folder / "graph",
        make_graph(table, lexicon, word_ids),
        make_grammar(cuts, word_ids),
        word_ids,
    )
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    print(f"  {len(lexicon)} words, {sum(sizes.values()) / 1e6:.1f} MB", sizes, flush=True)


def table_of_words(corpus: Corpus, folder: Path) -> PhoneTable:
    """The phones of a model that lies there, found again from the text.

    Raises:
        SystemExit: The text needs other sounds than the model was trained on.
    """
    lexicon = make_lexicon([*cuts_of(corpus), common_words(TAUGHT_WORDS)])
    phones = {phone for found in lexicon.values() for one in found for phone in one}
    table = PhoneTable(make_states(sorted(phones)))
    known = (folder / "graph/phones/word_boundary.int").read_text(encoding="utf-8")
    if table.boundaries() != known.splitlines():
        raise SystemExit("the new words have other sounds than the model: train it anew")
    return table


def cuts_of(corpus: Corpus) -> list[list[str]]:
    """The text as words, the demo's sentences often."""
    return [cut(text, corpus.names) for text in corpus.sentences + corpus.demo * DEMO_COUNT]


def write_graphs(
    folder: Path,
    graph: tuple[list[Arc], list[Final]],
    grammar: tuple[list[Arc], list[Final]],
    word_ids: dict[str, int],
) -> None:
    """HCLr.fst, Gr.fst and words.txt, which share new numbers of the words.

    The lookahead type of HCLr numbers words so that those below one state are neighbours; Vosk
    composes it with the grammar while it listens.
    """
    pairs = folder / "relabel.txt"
    lookahead = ["fstconvert", "--fst_type=olabel_lookahead", f"--save_relabel_opairs={pairs}"]
    pipe(
        folder / "HCLr.fst",
        text_of(*graph),
        ["fstcompile"],
        ["fstarcsort", "--sort_type=olabel"],
        lookahead,
    )
    relabel = ["fstrelabel", f"--relabel_ipairs={pairs}", f"--relabel_opairs={pairs}"]
    pipe(
        folder / "Gr.fst",
        text_of(*grammar),
        ["fstcompile"],
        relabel,
        ["fstarcsort", "--sort_type=ilabel"],
        ["fstconvert", "--fst_type=const"],
    )
    rows = (line.split() for line in pairs.read_text(encoding="ascii").splitlines())
    renamed = {int(old): int(new) for old, new in rows}
    pairs.unlink()
    words = [f"{word} {renamed.get(number, number)}" for word, number in word_ids.items()]
    write_lines(folder / "words.txt", ["<eps> 0", *words])


def text_of(arcs: list[Arc], finals: list[Final]) -> str:
    """An automaton in OpenFst's text form; the start state, 0, comes first."""
    lines = [f"{a} {b} {i} {o} {cost:.5f}" for a, b, i, o, cost in sorted(arcs)]
    return "\n".join([*lines, *(f"{state} {cost:.5f}" for state, cost in finals)]) + "\n"


def pipe(path: Path, text: str, *commands: list[str]) -> None:
    """What OpenFst's programs, one after another, make of the text."""
    content = text.encode()
    for name, *arguments in commands:
        content = subprocess.run(
            [program(name), *arguments], input=content, capture_output=True, check=True
        ).stdout
    path.write_bytes(content)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """A text file of lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
