"""Types of our API for the console: python -m tools.console_types.

Writes the OpenAPI document and, from it, TypeScript's types to console/src/generated/. Both follow
from the code, so neither is kept in git. What the live page's WebSocket tells stands in no OpenAPI
document; its types are added under names that begin with "Live", every field of them told.
"""

import json
import subprocess
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from callcenter.api import web
from callcenter.api.center import SeqBoard
from callcenter.facts import AnyFact, PartialHeard
from callcenter.settings import ROOT

CONSOLE = ROOT / "console"
FOLDER = CONSOLE / "src" / "generated"
LIVE = {"LiveStart": SeqBoard, "LiveFact": AnyFact, "LivePartial": PartialHeard}


class Told(GenerateJsonSchema):
    """A schema of what is written: there, no field is ever left out."""

    def field_is_required(self, *_: Any, **__: Any) -> bool:
        """Always, whether or not a reader may leave it out."""
        return True


def document() -> dict[str, Any]:
    """The OpenAPI document of the API, as it serves it."""
    return web.routes().openapi()


def live_schemas() -> dict[str, Any]:
    """The schemas of what the live page's WebSocket tells, by their names."""
    found: dict[str, Any] = {}
    for name, told in LIVE.items():
        schema = TypeAdapter(told).json_schema(
            mode="serialization",
            ref_template="#/components/schemas/Live{model}",
            schema_generator=Told,
        )
        found |= {f"Live{one}": part for one, part in schema.pop("$defs", {}).items()}
        found[name] = schema
    return found


def write() -> None:
    """Make the types anew. Raises: CalledProcessError: openapi-typescript failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = FOLDER / "openapi.json"
    whole = document()
    whole["components"]["schemas"] |= live_schemas()
    told.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    node = ROOT / ".deps" / "bin" / "node"
    made_by = CONSOLE / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    types = FOLDER / "api.ts"
    command = [str(node), str(made_by), str(told), "--output", str(types)]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    write()
