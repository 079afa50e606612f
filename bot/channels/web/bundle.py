"""A plain page's files, read once, under an address that changes with them; and its headers."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STATIC = HERE / "static"
FOREVER = "max-age=31536000, immutable"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

# Runs before the first paint, so that large type does not jump in after small.
_EARLY = (
    'try{if(localStorage.getItem("minhu.type")==="large")'
    'document.documentElement.setAttribute("data-type","large")}catch(e){}'
)


class Bundle:
    """Scripts and style sheets served under `at`, and the templates that name them."""

    def __init__(
        self,
        at: str,
        paths: Sequence[Path],
        templates: Sequence[Path] = (HERE,),
        connect: str = "'self'",
    ) -> None:
        """`templates`: the folders to look in; `connect`: where scripts may connect to."""
        self._files = {
            path.name: (path.read_bytes(), _TYPES[path.suffix])
            for path in paths
            if path.suffix in _TYPES
        }
        digest = hashlib.sha256(b"".join(body for body, _ in self._files.values()))
        self._version = digest.hexdigest()[:12]
        self._at = f"{at}/{self._version}"
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.headers = {
            "Content-Security-Policy": _policy(connect),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    def render(self, template: str, **facts: object) -> str:
        """A page with `early` and `files` besides the given facts."""
        page = self._templates.get_template(template)
        return page.render(early=_EARLY, files=self._at, **facts)

    def file(self, version: str, name: str) -> Response:
        """One of the files; raises `HTTPException` 404."""
        if name not in self._files:
            raise HTTPException(404)
        body, mime = self._files[name]
        # During an update an old page may ask a new process: serve it, but do not keep it.
        cache = f"public, {FOREVER}" if version == self._version else "no-store"
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type=mime, headers=headers)


def _policy(connect: str) -> str:
    early = base64.b64encode(hashlib.sha256(_EARLY.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{early}'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            f"connect-src {connect}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
