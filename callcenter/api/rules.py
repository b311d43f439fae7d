"""Rules for administrators: as people read them, drafts checked and tried out, put in force."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict
from sqlmodel import Session

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.classify.items import all_items
from callcenter.classify.rulefiles import LEARNED_TIMES
from callcenter.errors import BadInputError
from callcenter.facts import Kind, Outcome, Urgency
from callcenter.people import audit
from callcenter.pipeline import rules as drafts
from callcenter.pipeline.resorting import MOST, Sorted, calls_to_try, resort
from callcenter.tickets.versions import Version, Versions

MOST_CHARACTERS = 1_000_000  # of a file

router = APIRouter(prefix="/rules", tags=["rules"])

Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]
Files = Annotated[
    dict[str, Text],
    Field(max_length=50, description="files that are other than in force, whole, by name"),
]
BasedOn = Annotated[int, Field(ge=0, description="the version in force when the draft was begun")]
Number = Annotated[int, InPath(ge=0, le=9999)]
_EXAMPLE: JsonDict = {"files": {"item-9-own.toml": '[item.113]\nwords.5 = ["路灯"]\n'}}


class Weighed(BaseModel):
    """Words of one weight."""

    weight: float
    words: list[str]


class Together(BaseModel):
    """Words that count close to one another; alternatives are parted by |."""

    words: list[str]
    weight: float


class RuleSection(BaseModel):
    """What speaks for one target: an item, a kind, danger, or an outcome."""

    name: str = Field(description="as its header has it", examples=["item.113"])
    file: str
    title: str
    words: list[Weighed]
    against: list[Weighed]
    together: list[Together]
    others: dict[str, list[str]] = Field(description="words that silence others, by their key")


class RuleFile(BaseModel):
    """A file of rules, as it is written."""

    name: str
    text: str


class RulesShown(BaseModel):
    """The rules in force and the versions there are."""

    number: int = Field(description="of the version in force; 0: the folder of the setting")
    files: list[RuleFile]
    sections: list[RuleSection]
    versions: list[Version]


class RuleDraft(BaseModel):
    """Files of rules to be looked at; learned tables are learned, not written."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    files: Files

    @field_validator("files")
    @classmethod
    def _are_written(cls, files: dict[str, str]) -> dict[str, str]:
        if learned := files.keys() & LEARNED_TIMES.keys():
            raise ValueError(f"{min(learned)} is learned: change it by `callcenter learn`")
        return files


class RuleFault(BaseModel):
    """What is wrong with a draft, and where."""

    file: str
    line: int | None
    said: str


class RulesChecked(BaseModel):
    """Whether a draft can be used."""

    faults: list[RuleFault]
    words: int
    combinations: int


class RuleTrial(RuleDraft):
    """A draft to be tried on calls of before, a part of them at a time."""

    before: str | None = Field(None, description="the last call of the part before")
    most: int = Field(200, ge=1, le=MOST)


class SortedShown(BaseModel):
    """What a call is taken for."""

    item: str | None
    kind: Kind
    urgency: Urgency
    outcome: Outcome | None


class ResortedShown(BaseModel):
    """A call that the draft sorts otherwise; nothing of what was said."""

    call_id: str
    tickets: list[str]
    now: SortedShown
    then: SortedShown


class TrialPart(BaseModel):
    """Some of the calls under both sets of rules."""

    calls: int = Field(description="that there are in all")
    looked_at: int = Field(description="of this part, those of which words are kept")
    differ: list[ResortedShown]
    before: str | None = Field(description="to go on with; null: these were the oldest")


class NewRules(RuleDraft):
    """A draft to be put in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"based_on": 0, **_EXAMPLE}]})

    based_on: BasedOn


class OlderRules(BaseModel):
    """Which version the asker saw in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"based_on": 1}]})

    based_on: BasedOn


@router.get("", responses=errors(422))
def rules_in_force(context: Context) -> RulesShown:
    """The rules as files, and as people read them; learned tables are not among them."""
    return _shown(context)


@router.post("/check", responses=errors(422))
def check_rules(context: Context, draft: RuleDraft) -> RulesChecked:
    """Whether a draft can be used: its first fault with the line; nothing is changed."""
    try:
        words, combinations = drafts.check_draft(_base(context), draft.files)
    except BadInputError as error:
        fault = drafts.fault_of(error)
        told = RuleFault(file=fault.file, line=fault.line, said=fault.said)
        return RulesChecked(faults=[told], words=0, combinations=0)
    return RulesChecked(faults=[], words=words, combinations=combinations)


@router.post("/tries", responses=errors(404, 422))
def try_rules(context: Context, trial: RuleTrial) -> TrialPart:
    """A part of the calls of before, newest first, under the rules in force and under the draft."""
    base, silent = _base(context), context.silent()
    then = drafts.draft_rules(base, trial.files, silent)
    now = drafts.draft_rules(base, {}, silent)
    with context.flow.store.reading() as session:
        part = resort(session, now, then, trial.before, trial.most)
        calls = calls_to_try(session)
    return TrialPart(
        calls=calls,
        looked_at=part.looked_at,
        before=part.before,
        differ=[
            ResortedShown(
                call_id=one.call_id,
                tickets=list(one.tickets),
                now=_sorted(one.now),
                then=_sorted(one.then),
            )
            for one in part.differ
        ],
    )


@router.post("/versions", status_code=201, responses=errors(409, 422))
async def put_in_force(context: Context, me: Asking, new: NewRules) -> Version:
    """A new version with these files, in force for calls from now on; what is filed stays."""
    settings = context.settings

    def run(session: Session) -> Version:
        version = drafts.put_rules_in_force(settings, new.based_on, new.files)
        _note(session, me, version.number, list(version.changed))
        return version

    return await context.write(run)


@router.post("/versions/{number}/use", status_code=201, responses=errors(404, 409, 422))
async def use_version(
    context: Context, me: Asking, number: Number, older: OlderRules
) -> RulesShown:
    """A version of before is in force again; 0: the folder of the setting."""

    def run(session: Session) -> None:
        drafts.use_rules(context.settings, number, older.based_on)
        _note(session, me, number, [])

    await context.write(run)
    return _shown(context)


def _note(session: Session, me: Me, number: int, changed: list[str]) -> None:
    audit.append(
        session, actor=me.person.name, what="rules_changed", subject=str(number),
        detail={"files": " ".join(changed)}, address=me.address,
    )  # fmt: skip


def _base(context: ApiContext) -> Path:
    return drafts.rules_in_force(context.settings)


def _shown(context: ApiContext) -> RulesShown:
    versions = drafts.rule_versions(context.settings)
    number = versions.in_force()
    folder = versions.folder(number)
    texts = drafts.rule_texts(folder)
    return RulesShown(
        number=number,
        files=[RuleFile(name=name, text=text) for name, text in texts.items()],
        sections=list(_sections(texts)),
        versions=_stories(versions),
    )


def _stories(versions: Versions) -> list[Version]:
    """What is told of each version, newest first; 0 has no story."""
    stories = (versions.story(number) for number in reversed(versions.numbers()) if number)
    return [story for story in stories if story]


def _sections(texts: Mapping[str, str]) -> Iterator[RuleSection]:
    for file, text in texts.items():
        for table, entries in tomllib.loads(text).items():
            if table in ("item", "kind"):
                for name, section in entries.items():
                    yield _section(file, f"{table}.{name}", _title(table, name), section)
            else:
                yield _section(file, table, table, entries)


def _title(table: str, name: str) -> str:
    items = all_items()
    return items[name].name if table == "item" and name in items else name


def _section(file: str, name: str, title: str, told: Mapping[str, Any]) -> RuleSection:
    others = {
        key: value
        for key, value in told.items()
        if key not in ("words", "against", "together", "before", "but_not", "enough")
    }
    words = told.get("words", {})
    return RuleSection(
        name=name,
        file=file,
        title=title,
        words=_weighed(words),
        against=_weighed(told.get("against", {})),
        together=[Together.model_validate(one) for one in told.get("together", [])],
        others=others | {key: told[key] for key in ("before", "but_not") if key in told},
    )


def _weighed(told: Mapping[str, list[str]]) -> list[Weighed]:
    rows = [Weighed(weight=float(weight), words=words) for weight, words in told.items()]
    return sorted(rows, key=lambda row: -row.weight)


def _sorted(one: Sorted) -> SortedShown:
    return SortedShown(**one._asdict())
