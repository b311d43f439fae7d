"""Unit: the OpenAPI documents say everything: names, examples, and every possible error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from callcenter.api import web
from callcenter.api.document import PLACE
from callcenter.api.open311 import door

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return web.routes().openapi()


@pytest.fixture(scope="module")
def doors() -> dict[str, Any]:
    return door.routes().openapi()


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(document["components"]["schemas"][name]) if name else schema


def test_every_route_has_a_name_of_its_own(document, doors):
    for told in (document, doors):
        names = [operation["operationId"] for _, _, operation in operations(told)]
        assert sorted(names) == sorted(set(names))


def test_every_route_has_a_summary_that_is_a_sentence(document, doors):
    told = [operation.get("summary", "") for _, _, operation in operations(document)]
    told += [operation.get("description", "") for _, _, operation in operations(doors)]
    assert [one for one in told if not one.rstrip().endswith((".", ":"))] == []


def test_every_body_has_an_example_that_its_schema_allows(document):
    lacking = []
    for path, method, operation in operations(document):
        told = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if told is None:
            continue
        schema = resolved(told["schema"], document)
        examples = [*schema.get("examples", []), *([told["example"]] if "example" in told else [])]
        if not examples:
            lacking.append(
                f"{method} {path}: add {schema.get('title')} to callcenter/api/examples.py"
            )
        for example in examples:
            jsonschema.validate(example, schema | {"components": document["components"]})
    assert lacking == []


def test_every_answer_has_an_example_that_its_schema_allows(document):
    answers = [
        (f"{method} {path} {status}", told["content"]["application/json"])
        for path, method, operation in operations(document)
        for status, told in operation["responses"].items()
        if status < "300" and "application/json" in told.get("content", {})
    ]
    assert len(answers) > 80
    for _route, told in answers:
        schema = told["schema"] | {"components": document["components"]}
        jsonschema.validate(told["example"], schema)
    assert [route for route, told in answers if told["example"] in ({}, [], "")] == []


def test_every_error_is_a_problem_with_an_example(document):
    for path, method, operation in operations(document):
        wrong = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert {"401", "403", "503"} <= set(wrong), f"{method} {path}"
        assert ("{" not in path) or "404" in wrong, f"{method} {path}"
        for status, told in wrong.items():
            if status == "416":  # of a player that asks for parts: Starlette's own answer
                continue
            content = told["content"]["application/problem+json"]
            jsonschema.validate(content["example"], content["schema"])
            assert content["example"]["status"] == int(status)


def test_every_open311_error_is_its_list_in_both_forms(doors):
    for path, method, operation in operations(doors):
        assert set(operation["responses"]["503"]["content"]) == {"application/json", "text/xml"}
        assert "422" not in operation["responses"], f"{method} {path}"


def test_all_of_the_api_is_under_its_place(document):
    assert [path for path in document["paths"] if not path.startswith(f"{PLACE}/")] == []


def test_what_a_route_answers_is_typed(document):
    for path, method, operation in operations(document):
        answers = operation["responses"].items()
        right = [told for status, told in answers if status < "300" and status != "204"]
        bare = {"204", "303"} & set(operation["responses"])  # nothing to say, or gone on elsewhere
        assert right or bare, f"{method} {path}"
        assert all(told.get("content") for told in right), f"{method} {path}"


def test_the_folder_of_a_site_is_no_part_of_the_document(document, tmp_path: Path):
    assert str(tmp_path.parent) not in str(document)
