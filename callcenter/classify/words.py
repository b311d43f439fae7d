"""The door to jieba: Chinese text cut into words, with the rules' words known as words.

jieba is kept quiet and to itself: a dictionary of its own for each set of rules, all begun from the
one that is parsed once a process (about 0.8 s). jieba's cache file is left out: loading it was
measured no faster than parsing, and it would be read, as trusted code, from a shared folder.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate, pairwise

import rjieba

from callcenter.classify.soundalikes import Language

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba 0.42.1: pkg_resources, invalid escapes
    import jieba

jieba.setLogLevel(logging.CRITICAL)

HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
IN_NO_TEXT = "\ue000"  # stands for what jieba's total has over the sum: words added once more
PLACE, PERSON = "ns", "nr"  # how jieba's dictionary marks them
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤欧诸葛"
)

Cut = Callable[[str], list[str]]


def cutter(words: Iterable[str]) -> Cut:
    """A function that cuts a text into words; the pieces joined are the text again.

    The given words are kept whole wherever jieba finds them; the same words give the same cuts in
    whatever order they come. jieba's guessing of unknown words is off: it would hide rule words
    behind invented ones. The function may be called from any thread.

    jieba counts how common its words are, and rjieba, told those counts, cuts: as jieba does, in a
    twentieth of the time. Source: decision record 0019.
    """
    known, learning = _dictionary(), jieba.Tokenizer()
    learning.FREQ, learning.total, learning.initialized = known.FREQ.copy(), known.total, True
    for word in sorted(set(words)):
        learning.add_word(word)
    cutting: rjieba.Jieba = rjieba.Jieba.empty()  # type: ignore[no-untyped-call]  # by its stub
    for word, count in learning.FREQ.items():
        if count:  # jieba lists beginnings of words as well, with 0
            cutting.add_word(word, count, None)
    cutting.add_word(IN_NO_TEXT, learning.total - sum(learning.FREQ.values()), None)

    def cut(text: str) -> list[str]:
        try:
            return cutting.cut(text, False)
        except UnicodeEncodeError:  # half a character, which Rust's texts cannot hold
            return _laid_over(text, cutting.cut(HALF_A_CHARACTER.sub("\ufffd", text), False))

    return cut


def _laid_over(text: str, tokens: Iterable[str]) -> list[str]:
    """The text in pieces as long as the tokens."""
    bounds = accumulate(map(len, tokens), initial=0)
    return [text[start:stop] for start, stop in pairwise(bounds)]


@cache
def language() -> Language:
    """The language as jieba's dictionary counts it."""
    return Language(_dictionary().FREQ)


@cache
def names() -> frozenset[str]:
    """The dictionary's words that it has for places, or for persons and begin with a surname.

    Its mark for persons alone is no guide: 幼儿园 and 养老金 have it too.
    """
    with jieba.Tokenizer().get_dict_file() as file:
        entries = [line.decode().split() for line in file]
    return frozenset(
        word
        for word, _, mark in (entry for entry in entries if len(entry) == 3)
        if mark == PLACE or (mark.startswith(PERSON) and word[0] in SURNAMES)
    )


@cache
def _dictionary() -> jieba.Tokenizer:
    """The dictionary that comes with jieba, parsed."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return tokenizer
