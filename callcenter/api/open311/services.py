"""The 61 items as Open311's services, and what each asks beside the description.

Source: GeoReport v2, "GET Service List" and "GET Service Definition"; questions.toml.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from callcenter.api.open311.answers import RefusedError
from callcenter.classify.items import Item, all_items

QUESTIONS = Path(__file__).with_name("questions.toml")
LONGEST_ANSWER = 1000
LISTS = ("singlevaluelist", "multivaluelist")


class Question(BaseModel):
    """One question about a matter; `values` are the answers of a list, by their keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]{1,30}$")
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool
    description: str
    datatype_description: str = ""
    values: dict[str, str] = {}

    def words(self, given: list[str]) -> str:
        """The answer as people say it.

        Raises:
            RefusedError: It is none that the question allows.
        """
        name = f"attribute[{self.code}]"
        if len(given) > 1 and self.datatype != "multivaluelist":
            raise RefusedError(400, f"{name} was given {len(given)} times: give one value")
        return f"{self.description}：{'、'.join(self._word(name, one) for one in given)}"

    def _word(self, name: str, given: str) -> str:
        if self.datatype in LISTS:
            if given not in self.values:
                raise RefusedError(400, f"{name} must be one of {', '.join(self.values)}")
            return self.values[given]
        if len(given) > LONGEST_ANSWER:
            raise RefusedError(
                400, f"{name} is longer than {LONGEST_ANSWER} characters: shorten it"
            )
        if not _is_of(self.datatype, given):
            raise RefusedError(400, f"{name} is no {self.datatype}: {self.datatype_description}")
        return given


class Questions(BaseModel):
    """questions.toml: what is asked, by item, and when that was last changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    changed: datetime
    item: dict[str, tuple[Question, ...]]


@cache
def questions() -> Questions:
    """What is asked of each item."""
    return Questions.model_validate(tomllib.loads(QUESTIONS.read_text(encoding="utf-8")))


def services() -> list[dict[str, Any]]:
    """All services, in the order of their codes."""
    return [_service(item) for item in all_items().values()]


def service_of(code: str) -> Item:
    """The item of a service code.

    Raises:
        RefusedError: There is none.
    """
    item = all_items().get(code)
    if item is None:
        raise RefusedError(404, "service_code was not found: choose one of GET services")
    return item


def definition(code: str) -> dict[str, Any]:
    """What a service asks; an empty list where it asks nothing.

    Raises:
        RefusedError: There is no such service.
    """
    asked = questions().item.get(service_of(code).code, ())
    return {"service_code": code, "attributes": list(_attributes(asked))}


def read_answers(code: str, given: Mapping[str, list[str]]) -> str:
    """The answers to an item's questions, in words; "" where none was given.

    Raises:
        RefusedError: One is missing, is not asked, or is none that is allowed.
    """
    asked = {question.code: question for question in questions().item.get(code, ())}
    unknown = sorted(set(given) - set(asked))
    if unknown:
        raise RefusedError(400, f"an attribute is not asked for: see GET services/{code}")
    for question in asked.values():
        if question.required and not any(given.get(question.code, ())):
            raise RefusedError(
                400, f"attribute[{question.code}] was not provided: see GET services/{code}"
            )
    answered = {name: [one for one in values if one] for name, values in given.items()}
    return "。".join(asked[name].words(values) for name, values in answered.items() if values)


def _service(item: Item) -> dict[str, Any]:
    return {
        "service_code": item.code,
        "service_name": item.name,
        "description": f"{item.class_name}：{item.name}",
        "metadata": item.code in questions().item,
        "type": "realtime",
        "keywords": f"{item.class_name},{item.name}",
        "group": item.class_name,
    }


def _attributes(asked: Iterable[Question]) -> Iterator[dict[str, Any]]:
    for order, question in enumerate(asked, start=1):
        told = {
            "variable": True,
            "code": question.code,
            "datatype": question.datatype,
            "required": question.required,
            "datatype_description": question.datatype_description or None,
            "order": order,
            "description": question.description,
        }
        values = [{"key": key, "name": name} for key, name in question.values.items()]
        yield told | ({"values": values} if values else {})


def _is_of(datatype: str, given: str) -> bool:
    try:
        if datatype == "number":
            float(given)
        if datatype == "datetime":
            return datetime.fromisoformat(given).tzinfo is not None
    except ValueError:
        return False
    return True
