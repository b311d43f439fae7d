"""Answers of Open311 in its two forms, XML and JSON, and its errors in both.

Source: GeoReport v2, "Format Support" and "Errors": the path's ending names the form; without one
the Accept header does, and XML, which every site has to offer, is the answer to neither.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response

Row = Mapping[str, Any]

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PART_OF = {  # what the parts of a list are called in XML
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


class Form(StrEnum):
    """The form of an answer, as a path's ending names it."""

    XML = "xml"
    JSON = "json"


MEDIA_TYPE = {Form.XML: "text/xml", Form.JSON: "application/json"}


class RefusedError(Exception):
    """Something Open311 answers with an error list: status, and a description for people."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def form_of(request: Request) -> Form:
    """The form that a request asks for."""
    ending = request.path_params.get("form") or request.url.path.rpartition(".")[2]
    if ending in tuple(Form):
        return Form(ending)
    accept = request.headers.get("accept", "")
    json_at, xml_at = (_place(accept, word) for word in ("json", "xml"))
    return Form.JSON if json_at < xml_at else Form.XML


def answer(request: Request, root: str, body: Row | Sequence[Row], status: int = 200) -> Response:
    """The body in the form that was asked for.

    Args:
        request: What is answered.
        root: The name of XML's outermost element; JSON has none.
        body: One thing, or a list whose parts PART_OF names.
        status: HTTP's.
    """
    form = form_of(request)
    if form is Form.JSON:
        content = json.dumps(body, ensure_ascii=False).encode()
    else:
        content = ElementTree.tostring(_element(root, body), encoding="utf-8", xml_declaration=True)
    media_type = f"{MEDIA_TYPE[form]}; charset=utf-8"
    return Response(content, status, media_type=media_type, headers={"Vary": "Accept"})


def errors(request: Request, status: int, description: str) -> Response:
    """The error list, of one error."""
    return answer(request, "errors", [{"code": status, "description": description}], status)


def _place(accept: str, word: str) -> int:
    found = accept.find(word)
    return found if found >= 0 else len(accept)


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, Mapping):
        element.extend([_element(key, inner) for key, inner in value.items()])
    elif isinstance(value, list | tuple):
        element.extend([_element(PART_OF[name], part) for part in value])
    elif isinstance(value, bool):
        element.text = str(value).lower()
    elif value is not None:
        element.text = NOT_XML.sub("", str(value))
    return element
