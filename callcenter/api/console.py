"""The console's pages at `/console/`: files that Vite built, and words where it has not.

Every path that is no file is one of the console's own places (`/console/cases/12345-...`), so it
gets the one page that knows them all; `/console/field`, for phones, has a page of its own, which
alone may ask where it is. Files under `assets/` have a hash of what they hold in their
names and are never asked for again; the page itself is asked for each time. The content security
policy is that of everything else here (guard.py): no inline script or style, no eval, no other
site.
"""

from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from callcenter.api.problems import problem
from callcenter.settings import ROOT

PLACE: Final = "/console"
FOLDER = ROOT / "console" / "dist"
ASSETS: Final = "assets/"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FIELD: Final = "field"
PLACE_ALLOWED: Final = {"Permissions-Policy": "camera=(), geolocation=(self), microphone=()"}
NOT_BUILT: Final = (
    "控制台页面尚未构建:请在系统目录运行 make console(需要 Node.js 和 npm)。\n"
    "原有页面仍可使用:/\n\n"
    "The console is not built: run `make console` in the system's folder (it needs Node.js and "
    "npm).\nThe page at / works as before.\n"
)


def public_page() -> Response:
    """The page for everybody, at `/public`; its files are the console's."""
    page = FOLDER / "public.html"
    if not page.is_file():
        return PlainTextResponse(NOT_BUILT, 404)
    return FileResponse(page, headers={"Cache-Control": "no-cache"})


class Console:
    """ASGI application over the folder that Vite wrote, which may come and go while we run."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, the page, or why there is none."""
        if scope["type"] == "websocket":  # none of ours is here; closed before it is accepted
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = await run_in_threadpool(self._answer, scope)
        await answer(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return problem(405, "method_not_allowed", "pages are only read", {"Allow": "GET, HEAD"})
        asked = str(scope["path"]).removeprefix(PLACE).lstrip("/")
        is_field = asked.partition("/")[0] == FIELD
        page = FOLDER / ("field.html" if is_field else "index.html")
        if not page.is_file():
            return PlainTextResponse(NOT_BUILT, 404)
        found = self._file(asked)
        if found is not None:
            lasting = FOR_EVER if asked.startswith(ASSETS) else "no-cache"
            return FileResponse(found, headers={"Cache-Control": lasting})
        if asked.startswith(ASSETS):  # of a build that is gone; the page would be no script
            return problem(404, "not_found", "this file is of another build: load the page again")
        more = PLACE_ALLOWED if is_field else {}
        return FileResponse(page, headers={"Cache-Control": "no-cache", **more})

    def _file(self, asked: str) -> Path | None:
        """The file of this name within the folder."""
        try:
            path = (FOLDER / asked).resolve()
            is_ours = path.is_relative_to(FOLDER.resolve()) and path.is_file()
        except (OSError, ValueError):  # a name that no file can have
            return None
        hidden = any(part.startswith(".") for part in Path(asked).parts)
        return path if is_ours and not hidden else None
