"""What seats may answer on the spot, looked for by item and words."""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from callcenter.api.answer_book import Answer, read_answers
from callcenter.api.deps import Context
from callcenter.tickets.evaluation.periods import COUNTY_TIME

router = APIRouter(prefix="/answers", tags=["seat"])


class AnswersAsked(BaseModel, extra="forbid"):
    """What is looked for; POST keeps a citizen's words out of addresses."""

    words: str = Field("", max_length=300, examples=["暖气不热"])
    item: str = Field("", pattern=r"^(\d{3})?$", examples=["209"], description="only this item's")
    limit: int = Field(8, ge=1, le=50)


class AnswerShown(BaseModel):
    """An answer that may be given; a case that gives it cites its key."""

    key: str = Field(examples=["209-1"])
    item: str
    item_name: str
    question: str
    answer: str
    source: str


@router.post("/search")
def find_answers(context: Context, asked: AnswersAsked) -> list[AnswerShown]:
    """The answers that fit, the best first; of an item all of them, also without words.

    Nothing is kept of what was looked for.
    """
    book = read_answers(context.settings.answers_file)
    day = datetime.now(UTC).astimezone(COUNTY_TIME).date()
    found = book.fitting(day, asked.words, asked.item, context.wording)
    return [_shown(one, context.items.get(one.item, "")) for one in found[: asked.limit]]


def _shown(one: Answer, item_name: str) -> AnswerShown:
    told = one.model_dump(include={"key", "question", "answer", "source"})
    return AnswerShown(**told, item=one.item, item_name=item_name)
