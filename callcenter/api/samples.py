"""An example of any answer, made from its schema: each field's value by its name, else by its type.

So no example is ever of yesterday's form, and a new field has one at once. Names that mean the
same everywhere have a value in FIELDS; where it does not fit the schema's type, the type decides.
Pure. Source: JSON Schema 2020-12 as FastAPI writes it.
"""

from collections.abc import Mapping
from typing import Any, Final

DEEPEST = 8  # a schema that holds itself ends in nothing
Schema = Mapping[str, Any]

FIELDS: Final[dict[str, Any]] = {
    # tickets
    "ticket_number": "12345-20261122-0001",
    "number": "12345-20261122-0001",
    "merged_into": None,
    "suspended_at": None,
    "review_at": None,
    "extension_to": None,
    "item": "113",
    "item_name": "市容市政",
    "item_by": "rules",
    "from_item": "209",
    "to_item": "113",
    "cell": "140728100001001",
    "cell_name": "南大街社区第1网格",
    "place": "南大街",
    "longitude": 112.23912,
    "latitude": 37.15786,
    "unit": "U1002",
    "step": "handling",
    "from_step": "dispatched",
    "to_step": "handling",
    "move": "accept",
    "reason": "已核实情况",
    "round": 1,
    "rating": 1,
    "supervisor": "supervisor-01",
    "because": "113 市容市政",
    "version": "3",
    "words": ["路灯"],
    "how": "same",
    # calls, seats, agents
    "call_id": "n1-1764000000.7",
    "line": "12345",
    "node": "n1",
    "queue": "12345",
    "queues": ["12345"],
    "seat": "seat-01",
    "endpoint": "seat-01",
    "agent": "lina",
    "actor": "seat-01",
    "caller": "138****0001",
    "phone_number": "138****0001",
    "text": "南大街的路灯不亮",
    "source": "live",
    "model": "vosk-model-cn-0.22",
    "side": "citizen",
    "from_line": "12345",
    "to_line": "110",
    # people
    "name": "lina",
    "display_name": "李娜",
    "roles": ["seat"],
    "grid": "140728100",
    "password": "shown once, and to be changed at the first sign-in",
    "secret": "shown once",
    "token": "shown once",
    "code": "113",
    "address": "192.0.2.7",
    "what": "ticket_read",
    "subject": "12345-20261122-0001",
    # files, recordings
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "image/jpeg",
    "bytes": 184320,
    # figures
    "figure": "handled_rate",
    "title": "处置率",
    "chinese": "处置率",
    "english": "handled, rate",
    "formula": "handled ÷ to_handle",
    "formula_chinese": "处置 ÷ 应处置",
    "key": "12345",
    "value": 0.95,
    # when
    "at": "2026-11-22T04:00:00Z",
    "opened_at": "2026-11-22T03:30:00Z",
    "closed_at": None,
    "due_at": "2026-11-27T10:00:00Z",
    "outcome": "answered",
}
BY_FORMAT: Final = {
    "date-time": "2026-11-22T04:00:00Z",
    "date": "2026-11-22",
    "uuid": "3f0f9d9c-6d2c-4b70-8f37-0f6c2f8e7a11",
    "binary": "",
}
KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
GRID: Final = {"type": "FeatureCollection", "features": []}
WHOLE: Final[dict[str, Any]] = {"/api/v1/grid": GRID}  # answers whose form is another standard's


def sample(schema: Schema, schemas: Mapping[str, Schema], name: str = "", deep: int = 0) -> Any:
    """An example that the schema allows.

    Args:
        schema: What is answered.
        schemas: The document's, by their names.
        name: The field's.
        deep: How far inside.
    """
    schema = _resolved(schema, schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if name in FIELDS and _fits(FIELDS[name], schema, schemas):
        return FIELDS[name]
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return schema["enum"][0]
    if options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return sample(options[0] if deep < DEEPEST else options[-1], schemas, name, deep + 1)
    return _of_type(schema, schemas, name, deep)


def _of_type(schema: Schema, schemas: Mapping[str, Schema], name: str, deep: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, deep)
        case "array":
            return _array(schema, schemas, name, deep)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
        case "string":
            return BY_FORMAT.get(schema.get("format", ""), name or "113")
    return {}


def _object(schema: Schema, schemas: Mapping[str, Schema], deep: int) -> dict[str, Any]:
    fields = schema.get("properties", {})
    told = {name: sample(one, schemas, name, deep + 1) for name, one in fields.items()}
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and not fields:
        names = _resolved(schema.get("propertyNames", {}), schemas)
        told[names.get("enum", ["113"])[0]] = sample(more, schemas, "", deep + 1)
    return told


def _array(schema: Schema, schemas: Mapping[str, Schema], name: str, deep: int) -> list[Any]:
    if "prefixItems" in schema:
        return [sample(one, schemas, "", deep + 1) for one in schema["prefixItems"]]
    if deep >= DEEPEST or "items" not in schema:
        return []
    return [sample(schema["items"], schemas, name.removesuffix("s"), deep + 1)]


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    return schema


def _fits(value: Any, schema: Schema, schemas: Mapping[str, Schema]) -> bool:
    """Whether a value has the schema's type; of several, one of them."""
    schema = _resolved(schema, schemas)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return any(_fits(value, one, schemas) for one in options)
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    if isinstance(value, list):
        items = schema.get("items", {})
        return schema.get("type") == "array" and all(_fits(one, items, schemas) for one in value)
    return isinstance(value, KINDS.get(schema.get("type", ""), ()))
