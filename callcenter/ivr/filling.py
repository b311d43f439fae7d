"""A sentence with its gaps filled from written values, as a caller would hear it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from callcenter.errors import BadInputError, NotFoundError
from callcenter.ivr import phrases
from callcenter.ivr.phrases import Spoken
from callcenter.ivr.prompts import GAP, Language, catalogue, sentences, speak
from callcenter.settings import Settings


def filled(
    settings: Settings, name: str, gaps: Mapping[str, str], language: Language, now: datetime
) -> Spoken:
    """The prompts that say it, in order; of a prompt without gaps itself.

    Blocks where a unit's name was never spoken before: run it in a thread where a loop runs.

    Args:
        settings: Where prompts lie.
        name: Of a prompt or a sentence.
        gaps: What fills them: `duration` in minutes, `place` in the queue, `digits`, `state` as a
            step's word, `unit` as its name, `moment` as ISO 8601, of `now`'s zone unless told.
        language: Of the sentence.
        now: This moment, in the zone in which people are told the time.

    Raises:
        NotFoundError: Nothing is named so.
        BadInputError: A gap is missing, is none of this sentence, or cannot be read; names it.
        CannotStartError: espeak-ng is missing or fails.
    """
    if name in catalogue(language):
        return [name]
    if name not in sentences(language):
        raise NotFoundError(f"no prompt is named {name}: see `callcenter prompts list`")
    needed = set(GAP.findall(sentences(language)[name]))
    if needed != gaps.keys():
        raise BadInputError(f"{name} needs {' '.join(f'{gap}=...' for gap in sorted(needed))}")
    read = _reading(settings, language, now)
    parts = {}
    for gap, value in gaps.items():
        try:
            parts[gap] = read[gap](value)
        except ValueError as error:
            raise BadInputError(f"{gap} cannot be read: give {HOW[gap]}") from error
    return phrases.sentence(name, language, **parts)


HOW = {
    "duration": "minutes, 1 or more",
    "place": "a number from 0 to 999",
    "digits": "1 to 20 digits",
    "state": "a step, as in state-handling of `callcenter prompts list`",
    "unit": "a name of 1 to 40 characters",
    "moment": "a day and an hour, as 2026-11-24T18:00",
}


def _reading(
    settings: Settings, language: Language, now: datetime
) -> dict[str, Callable[[str], Spoken]]:
    """How each gap is read; ValueError: it cannot be."""

    def state(value: str) -> Spoken:
        return [_fit(f"state-{value}", f"state-{value}" in catalogue(language))]

    def unit(value: str) -> Spoken:
        fit = _fit(value, value.isprintable() and 1 <= len(value.strip()) <= 40)
        return [f"spoken/{speak(settings, fit).stem}"]

    def moment(value: str) -> Spoken:
        at = datetime.fromisoformat(value)
        at = at.astimezone(now.tzinfo) if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        return phrases.moment(at, now, language)

    return {
        "duration": lambda value: phrases.minutes(int(_fit(value, 1 <= int(value))), language),
        "place": lambda value: phrases.number(int(value), language),
        "digits": lambda value: phrases.digits(
            _fit(value, value.isascii() and value.isdigit() and len(value) <= 20)
        ),
        "state": state,
        "unit": unit,
        "moment": moment,
    }


def _fit(value: str, is_fit: bool) -> str:
    if not is_fit:
        raise ValueError(value)
    return value
