"""The resident's two pages and their few files, read once, so that serving them costs nothing."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.words import Words

HERE = Path(__file__).parent
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

# Runs before the first paint, so that large type does not jump in after small.
EARLY = (
    'try{if(localStorage.getItem("minhu.type")==="large")'
    'document.documentElement.setAttribute("data-type","large")}catch(e){}'
)


class Page:
    """Chat (`html`) and 我的诉求 (`mine`), their headers, and files whose name changes with them."""

    def __init__(self, words: Words) -> None:
        files = sorted((HERE / "static").iterdir())
        self.files = {
            file.name: (file.read_bytes(), TYPES[file.suffix])
            for file in files
            if file.suffix in TYPES
        }
        digest = hashlib.sha256(b"".join(body for body, _ in self.files.values()))
        self.version = digest.hexdigest()[:12]
        templates = Environment(
            loader=FileSystemLoader(HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        shared = {"words": words, "early": EARLY, "files": f"/web/static/{self.version}"}
        page = words.page.model_dump()
        self.html = templates.get_template("page.html").render(page=page, **shared)
        self.mine = templates.get_template("mine.html").render(page=page, mine=words.mine, **shared)
        self.headers = {
            "Content-Security-Policy": _policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }


def _policy() -> str:
    early = base64.b64encode(hashlib.sha256(EARLY.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{early}'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            # Safari before 15.4 does not take a socket for 'self'.
            "connect-src 'self' ws: wss:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
