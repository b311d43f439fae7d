"""From sentences to words and from words to phones: Mandarin initials and finals, without tones."""

import functools
import re
import warnings
from collections.abc import Iterable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba imports pkg_resources, which warns
    import jieba
from pypinyin import Style, lazy_pinyin

from tools.demo_model.corpus import HANZI, bare

INITIALS = frozenset("b p m f d t n l g k h j q x zh ch sh r z c s".split())
FINAL = re.compile("[aeiouü][a-zü]*")
NUMERALS = frozenset("零一二三四五六七八九十百千万幺两")
TAUGHT_WORDS = 20_000  # common words whose sounds the training hears, whatever the text holds
SILENCE = "SIL"
# Where pypinyin reads a lone word otherwise than people do; later readings are also accepted.
READINGS = {
    "嗯": ["en1"],
    "中都乡": ["zhong1 du1 xiang1", "zhong1 dou1 xiang1"],
    "地": ["di4", "de5"],
    "得": ["de2", "dei3"],
    "着": ["zhe5", "zhao2"],
    "行": ["xing2", "hang2"],
    "长": ["chang2", "zhang3"],
    "重": ["zhong4", "chong2"],
    "谁": ["shei2", "shui2"],
    "哪": ["na3", "nei3"],
    "那": ["na4", "nei4"],
    "这": ["zhe4", "zhei4"],
    "朝": ["chao2", "zhao1"],
    "乐": ["le4", "yue4"],
}

Phones = tuple[str, ...]


@functools.cache
def segmenter(names: frozenset[str]) -> jieba.Tokenizer:
    """Jieba with the county's names as words of their own."""
    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    for name in sorted(names):
        tokenizer.add_word(name)
    return tokenizer


def cut(sentence: str, names: Iterable[str]) -> list[str]:
    """The words of a sentence; numbers fall apart into their characters, pauses are dropped."""
    words: list[str] = []
    for clause in HANZI.findall(sentence):
        for word in segmenter(frozenset(names)).lcut(clause, HMM=False):
            words.extend(word if NUMERALS.issuperset(word) else [word])
    return words


@functools.cache
def readings(word: str) -> tuple[str, ...]:
    """A word's pinyin with tone digits, the most usual reading first."""
    usual = " ".join(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))
    return tuple(READINGS.get(word, [usual]))


def phones_of(pinyin: str) -> Phones | None:
    """The phones of a reading, a final marked by a leading dash; none if it is not Mandarin."""
    phones: list[str] = []
    for syllable in pinyin.split():
        parts = phones_of_syllable(syllable.rstrip("12345"))
        if parts is None:
            return None
        phones.extend(parts)
    return tuple(phones)


def phones_of_syllable(syllable: str) -> Phones | None:
    """Initial and final; the three vowels written i are kept apart (zi, zhi, xi)."""
    initial = "".join(lazy_strict(syllable))
    final = spelled_out(syllable)[len(initial) :]
    if not FINAL.fullmatch(final):
        return None
    if final == "i" and initial in {"z", "c", "s"}:
        final = "ii"
    elif final == "i" and initial in {"zh", "ch", "sh", "r"}:
        final = "iii"
    return (initial, f"-{final}") if initial else (f"-{final}",)


def lazy_strict(syllable: str) -> str:
    """The initial of a written syllable; y and w are spelling, not sounds."""
    two = syllable[:2]
    return two if two in INITIALS else syllable[:1] if syllable[:1] in INITIALS else ""


def spelled_out(syllable: str) -> str:
    """A syllable as it sounds: yu is ü, wo is uo, you is iou, jun is jün, dui is duei."""
    text = syllable.replace("v", "ü")
    if re.match("[jqxy]u", text):
        text = text.replace("u", "ü", 1)
    if text.startswith("y"):
        text = text[1:] if re.match("y[iü]", text) else "i" + text[1:]
    elif text.startswith("w"):
        text = text[1:] if text.startswith("wu") else "u" + text[1:]
    initial = lazy_strict(text)
    full = {"iu": "iou", "ui": "uei", "un": "uen"}
    return initial + full.get(text[len(initial) :], text[len(initial) :])


def make_lexicon(sentences: Iterable[list[str]]) -> dict[str, list[Phones]]:
    """Every word of the text and, so that nothing is unsayable, every character in it."""
    words = {word for sentence in sentences for word in sentence}
    words |= {character for word in words for character in word}
    lexicon: dict[str, list[Phones]] = {}
    for word in sorted(words):
        found = [phones_of(reading) for reading in readings(word)]
        known = [phones for phones in found if phones]
        if known:
            lexicon[word] = known
    return lexicon


def pinyin_of(words: Iterable[str], sentence: str) -> str:
    """The sentence for the synthesiser: pinyin word by word, commas where the sentence has them."""
    left, spoken = sentence, []
    for word in words:
        gap, _, left = left.partition(word[0])
        left = left[len(word) - 1 :]
        spoken.append(("," if bare(gap) != gap else "") + " " + readings(word)[0].replace(" ", ""))
    return "".join(spoken).lstrip(", ")


def common_words(count: int) -> list[str]:
    """Jieba's most frequent words of two and three characters."""
    table = segmenter(frozenset())
    table.initialize()
    words = [w for w, n in table.FREQ.items() if n and len(w) in (2, 3) and HANZI.fullmatch(w)]
    return sorted(words, key=lambda word: (-table.FREQ[word], word))[:count]
