"""JSON schemas of Open311's answers, written by us after the field tables of GeoReport v2.

They say no more than the tables: which fields must be there, of what type, and which words a field
may hold. A field that may be missing may also be null. Source: https://wiki.open311.org/GeoReport_v2/.
"""

from typing import Any

TEXT = {"type": "string"}
NO_TEXT = {"type": ["string", "null"]}
NO_NUMBER = {"type": ["number", "null"]}
NO_MOMENT = {"type": ["string", "null"], "format": "date-time"}
MOMENT = {"type": "string", "format": "date-time"}
DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]


def _all(required: str, /, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": fields}


def _list(part: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": part}


SERVICES = _list(
    _all(
        "service_code service_name metadata type",
        service_code=TEXT,
        service_name=TEXT,
        description=NO_TEXT,
        metadata={"type": "boolean"},
        type={"enum": ["realtime", "batch", "blackbox"]},
        keywords=NO_TEXT,
        group=NO_TEXT,
    )
)
DEFINITION = _all(
    "service_code attributes",
    service_code=TEXT,
    attributes=_list(
        _all(
            "variable code datatype required",
            variable={"type": "boolean"},
            code=TEXT,
            datatype={"enum": DATATYPES},
            required={"type": "boolean"},
            datatype_description=NO_TEXT,
            order={"type": ["integer", "null"], "minimum": 1},
            description=NO_TEXT,
            values=_list(_all("key name", key=TEXT, name=TEXT)),
        )
    ),
)
REQUESTS = _list(
    _all(
        "service_request_id status service_code requested_datetime",
        service_request_id=TEXT,
        status={"enum": ["open", "closed"]},
        status_notes=NO_TEXT,
        service_name=NO_TEXT,
        service_code=TEXT,
        description={"type": ["string", "null"], "maxLength": 4000},
        agency_responsible=NO_TEXT,
        service_notice=NO_TEXT,
        requested_datetime=MOMENT,
        updated_datetime=NO_MOMENT,
        expected_datetime=NO_MOMENT,
        address=NO_TEXT,
        address_id=NO_TEXT,
        zipcode=NO_TEXT,
        lat=NO_NUMBER,
        long=NO_NUMBER,
        media_url=NO_TEXT,
    )
)
FILED = _list(
    {
        **_all(
            "",
            service_request_id=TEXT,
            token=TEXT,
            service_notice=NO_TEXT,
            account_id=NO_TEXT,
        ),
        "oneOf": [{"required": ["service_request_id"]}, {"required": ["token"]}],
    }
)
TOKENS = _list(_all("service_request_id token", service_request_id=TEXT, token=TEXT))
ERRORS = {
    **_list(_all("code description", code={"type": "integer"}, description=TEXT)),
    "minItems": 1,
}
DISCOVERY = _all(
    "changeset contact key_service endpoints",
    changeset=MOMENT,
    contact=TEXT,
    key_service=TEXT,
    endpoints=_list(
        _all(
            "specification url changeset type formats",
            specification=TEXT,
            url=TEXT,
            changeset=MOMENT,
            type={"enum": ["production", "test", "dev"]},
            formats=_list({"enum": ["text/xml", "application/json"]}),
        )
    ),
)
