"""The county's files for administrators: read, checked, taken over as a version, taken back."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.errors import BadInputError, ConflictError
from callcenter.people import audit
from callcenter.tickets.clocks.calendar import CALENDAR_FILE
from callcenter.tickets.clocks.limits import CLOCKS_FILE
from callcenter.tickets.datum import Datum
from callcenter.tickets.dispatch.takers import Takers, read_takers
from callcenter.tickets.imports.draft import DISPATCH, Draft
from callcenter.tickets.imports.faults import Fault
from callcenter.tickets.imports.taking import check_import, offered_texts, take_over
from callcenter.tickets.inforce import load_edition
from callcenter.tickets.versions import Version, Versions

MOST_CHARACTERS = 60_000_000  # of all files together; a full county's grid has a few million
WRITTEN = (DISPATCH, CALENDAR_FILE, CLOCKS_FILE)  # by people, as text

router = APIRouter(prefix="/county", tags=["county"])

Texts = Annotated[
    dict[str, Annotated[str, Field(max_length=MOST_CHARACTERS)]],
    Field(min_length=1, max_length=7, description="whole files, by their names in the folder"),
]
BasedOn = Annotated[int, Field(ge=0, description="the version in force when the draft was begun")]
Number = Annotated[int, InPath(ge=0, le=9999)]


class CountyShown(BaseModel):
    """The county in force: what people write of it, and the versions there are."""

    number: int = Field(description="of the version in force; 0: the folder of the setting")
    texts: dict[str, str]
    takers: Takers
    versions: list[Version]


class CountyDraft(BaseModel):
    """Files that are to take the place of those in force."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"files": {"calendar.toml": "[2027]\ncomplete = false\n"}}]}
    )

    files: Texts
    datum: Datum | None = Field(None, description="of cells and names that do not declare theirs")


class FaultShown(BaseModel, from_attributes=True):
    """One thing that is wrong: where, what, and for cells the spot in the file's own datum."""

    where: str
    said: str
    longitude: float | None
    latitude: float | None
    area_m2: float | None


class CountyChecked(BaseModel):
    """What an import would make of the files, or all that is wrong with them."""

    faults: list[FaultShown] = Field(description="the first 50 of a file")
    fault_count: int
    notes: list[str]
    counts: dict[str, int]
    made: Version | None = Field(description="the new version; null: nothing was changed")


class NewCounty(CountyDraft):
    """Files to be taken over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"based_on": 0, "files": {"calendar.toml": "[2027]\ncomplete = false\n"}}]
        }
    )

    based_on: BasedOn


class OlderCounty(BaseModel):
    """Which version the asker saw in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"based_on": 1}]})

    based_on: BasedOn


@router.get("", responses=errors(404, 422))
def county_in_force(context: Context) -> CountyShown:
    """The county's written files, its dispatch table as rows, and its versions."""
    return _shown(context)


@router.post("/check", responses=errors(422))
def check_county(context: Context, new: CountyDraft) -> CountyChecked:
    """What an import would do, and everything that is wrong; nothing is changed."""
    with offered_texts(new.files, new.datum) as offered:
        try:
            made = check_import(_versions(context), offered)
        except BadInputError as error:
            return _refused(error)
    return _checked(made, None)


@router.post("/versions", status_code=201, responses=errors(409, 422))
async def take_county(context: Context, me: Asking, new: NewCounty) -> CountyChecked:
    """A new version with these files, in force at once; with faults, they are told instead."""

    def run(session: Session) -> CountyChecked:
        with offered_texts(new.files, new.datum) as offered:
            try:
                made, version = take_over(_versions(context), offered, new.based_on)
            except BadInputError as error:
                return _refused(error)
        if version:
            _note(session, me, version.number, " ".join(version.changed))
        return _checked(made, version)

    return await context.write(run)


@router.post("/versions/{number}/use", status_code=201, responses=errors(404, 409, 422))
async def use_version(
    context: Context, me: Asking, number: Number, older: OlderCounty
) -> CountyShown:
    """A version of before is in force again; 0: the folder of the setting."""
    versions = _versions(context)

    def run(session: Session) -> None:
        with versions.writing():
            if (now := versions.in_force()) != older.based_on:
                raise ConflictError(f"version {now} is in force by now: look again", in_force=now)
            load_edition(number, versions.folder(number))
            versions.put_in_force(number)
        _note(session, me, number, "")

    await context.write(run)
    return _shown(context)


def _note(session: Session, me: Me, number: int, files: str) -> None:
    audit.append(
        session, actor=me.person.name, what="county_changed", subject=str(number),
        detail={"files": files}, address=me.address,
    )  # fmt: skip


def _versions(context: ApiContext) -> Versions:
    return Versions.of(context.settings)


def _shown(context: ApiContext) -> CountyShown:
    versions = _versions(context)
    number = versions.in_force()
    folder = versions.folder(number)
    stories = (versions.story(one) for one in reversed(versions.numbers()) if one)
    return CountyShown(
        number=number,
        texts={
            name: (folder / name).read_text("utf-8") if (folder / name).is_file() else ""
            for name in WRITTEN
        },
        takers=read_takers(folder / DISPATCH).takers,
        versions=[story for story in stories if story],
    )


def _checked(made: Draft, version: Version | None) -> CountyChecked:
    return CountyChecked(
        faults=[_fault(one) for one in made.faults.kept],
        fault_count=made.faults.count,
        notes=made.notes,
        counts=made.counts,
        made=version,
    )


def _refused(error: BadInputError) -> CountyChecked:
    where, _, said = error.message.partition(" cannot be used: ")
    fault = _fault(Fault(where, said) if said else Fault("", error.message))
    return CountyChecked(faults=[fault], fault_count=1, notes=[], counts={}, made=None)


def _fault(one: Fault) -> FaultShown:
    return FaultShown.model_validate(one, from_attributes=True)
