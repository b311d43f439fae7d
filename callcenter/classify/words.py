"""The door to jieba: Chinese text cut into words, with the rules' words known as words.

jieba is kept quiet and to itself: a tokenizer of its own for each set of rules, all sharing one
dictionary that is parsed once a process (about 0.8 s). jieba's cache file is left out: loading it
was measured no faster than parsing, and it would be read, as trusted code, from a shared folder.
"""

import logging
import warnings
from collections.abc import Callable, Iterable
from functools import cache

from callcenter.classify.soundalikes import Language

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba 0.42.1: pkg_resources, invalid escapes
    import jieba

jieba.setLogLevel(logging.CRITICAL)

Cut = Callable[[str], list[str]]


def cutter(words: Iterable[str]) -> Cut:
    """A function that cuts a text into words; the pieces joined are the text again.

    The given words are kept whole wherever jieba finds them; the same words give the same cuts in
    whatever order they come. jieba's guessing of unknown words is off: it would hide rule words
    behind invented ones. The function may be called from any thread.
    """
    tokenizer = jieba.Tokenizer()
    known = _dictionary()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = known.FREQ.copy(), known.total, True
    for word in sorted(set(words)):
        tokenizer.add_word(word)

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text, HMM=False))

    return cut


@cache
def language() -> Language:
    """The language as jieba's dictionary counts it."""
    return Language(_dictionary().FREQ)


@cache
def _dictionary() -> jieba.Tokenizer:
    """The dictionary that comes with jieba, parsed."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return tokenizer
