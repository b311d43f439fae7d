"""The door to jieba: Chinese text cut into words, with the rules' words known as words.

jieba is kept quiet and to itself: a tokenizer of its own for each set of rules, all sharing one
dictionary that is parsed once a process (about 0.8 s). jieba's cache file is left out: loading it
was measured no faster than parsing, and it would be read, as trusted code, from a shared folder.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from math import inf, log
from string import ascii_letters, digits

from callcenter.classify.soundalikes import Language

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba 0.42.1: pkg_resources, invalid escapes
    import jieba

jieba.setLogLevel(logging.CRITICAL)

WRITTEN_TOGETHER = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+)")  # jieba's own blocks
BETWEEN_THEM = re.compile(r"\r\n|.", re.DOTALL)
LATIN = frozenset(ascii_letters + digits)
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
    """
    known, learning = _dictionary(), jieba.Tokenizer()
    learning.FREQ, learning.total, learning.initialized = known.FREQ.copy(), known.total, True
    for word in sorted(set(words)):
        learning.add_word(word)
    tokenizer = _Tokenizer(learning)

    @lru_cache(maxsize=1)  # rules and learned words cut the same text one after the other
    def cut(text: str) -> list[str]:
        return tokenizer.cut(text)

    return cut


class _Tokenizer:
    """jieba's cutting without guesses: the same cuts in less than half the time.

    jieba first lists every word that begins at each character, and then takes a logarithm for each
    of them, once per text; here the logarithms are taken once per dictionary.
    """

    def __init__(self, known: jieba.Tokenizer) -> None:
        self._unlisted = -log(known.total)
        # Below 0 for a word; 0 for what only begins one, which is no word by itself.
        self._weights = {w: log(n) + self._unlisted if n else 0.0 for w, n in known.FREQ.items()}

    def cut(self, text: str) -> list[str]:
        """The text's tokens: words, Latin letters and digits in a row, and what stands between."""
        tokens: list[str] = []
        for number, block in enumerate(WRITTEN_TOGETHER.split(text)):
            if number % 2:
                self._cut_block(block, tokens)
            elif block:
                tokens += (block,) if len(block) == 1 else BETWEEN_THEM.findall(block)
        return tokens

    def _cut_block(self, block: str, tokens: list[str]) -> None:
        stops, start, latin = self._stops(block), 0, 0  # latin: how many before `start` are single
        while start < len(block):
            stop = stops[start]
            if stop == start + 1 and block[start] in LATIN:
                latin += 1
            else:
                if latin:
                    tokens.append(block[start - latin : start])
                    latin = 0
                tokens.append(block[start:stop])
            start = stop
        if latin:
            tokens.append(block[start - latin :])

    def _stops(self, block: str) -> list[int]:
        """Where, from each character on, the best first word ends."""
        weigh, unlisted, size = self._weights.get, self._unlisted, len(block)
        scores, stops = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, last, stop = -inf, start + 1, start + 1
            weight = weigh(block[start])
            while weight is not None:
                if weight and (score := weight + scores[stop]) >= best:
                    best, last = score, stop  # of equals jieba takes the longest
                if stop == size:
                    break
                stop += 1
                weight = weigh(block[start:stop])
            scores[start] = unlisted + scores[start + 1] if best == -inf else best
            stops[start] = last
        return stops


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
