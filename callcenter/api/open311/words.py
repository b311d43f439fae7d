"""What the answers hold, for the OpenAPI document; the fields are Open311's.

Source: GeoReport v2's tables of response fields.
"""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field


class ServiceShown(BaseModel):
    """A service: one of the 61 items."""

    service_code: str = Field(examples=["113"])
    service_name: str = Field(examples=["市容市政"])
    description: str
    metadata: bool
    type: Literal["realtime"]
    keywords: str
    group: str


class ValueShown(BaseModel):
    """An answer of a list."""

    key: str
    name: str


class AttributeShown(BaseModel):
    """A question about a matter."""

    variable: bool
    code: str
    datatype: str
    required: bool
    datatype_description: str | None
    order: int
    description: str
    values: list[ValueShown] | None = None


class DefinitionShown(BaseModel):
    """What a service asks."""

    service_code: str
    attributes: list[AttributeShown]


class FiledShown(BaseModel):
    """What filing answers: the number, or a token to ask for it."""

    service_request_id: str | None = Field(None, examples=["12345-20261122-0001"])
    token: str | None = None
    service_notice: str | None
    account_id: str | None


class TokenShown(BaseModel):
    """The number that a token stands for."""

    service_request_id: str
    token: str


class RequestShown(BaseModel):
    """A ticket as the public may see it."""

    service_request_id: str = Field(examples=["12345-20261122-0001"])
    status: Literal["open", "closed"]
    status_notes: str
    service_name: str | None
    service_code: str
    description: str | None
    agency_responsible: str | None
    service_notice: str | None
    requested_datetime: AwareDatetime
    updated_datetime: AwareDatetime
    expected_datetime: AwareDatetime | None
    address: str | None = Field(description="of the grid cell, never of a person")
    address_id: str | None = Field(description="the grid cell's code")
    zipcode: str | None
    lat: float | None = Field(description="WGS-84; a point of the cell, not the one reported")
    long: float | None
    media_url: str | None


class ErrorShown(BaseModel):
    """What went wrong; `code` is HTTP's status."""

    code: int
    description: str


class EndpointShown(BaseModel):
    """Where a version of the API answers."""

    specification: str
    url: str
    changeset: AwareDatetime
    type: Literal["production"]
    formats: list[str]


class DiscoveryShown(BaseModel):
    """What there is, and when it was last changed."""

    changeset: AwareDatetime
    contact: str
    key_service: str
    endpoints: list[EndpointShown]
