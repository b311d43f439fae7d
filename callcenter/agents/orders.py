"""An order to Asterisk: one AMI action, and what to do where it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.ami.connection import Value


@dataclass(frozen=True)
class Order:
    """One AMI action; where Asterisk refuses it because it is so already, `instead` follows."""

    action: str
    headers: Mapping[str, Value]
    instead: tuple["Order", ...] | None = None  # None: a refusal means we were wrong about it
