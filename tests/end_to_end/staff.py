"""A member of staff at the desk and the office, over the product's own HTTP API."""

import re
from types import TracebackType
from typing import Any, Self

import httpx


class Staff:
    """Signs in as a browser would, then calls the API with the session's CSRF token."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=30)
        self._username, self._password = username, password

    async def __aenter__(self) -> Self:
        form = (await self._http.get("/signin")).text
        found = re.search(r'name="csrf"[^>]*value="([^"]+)"', form)
        assert found, form
        body = {"username": self._username, "password": self._password, "csrf": found.group(1)}
        answer = await self._http.post("/signin", data=body)
        assert answer.status_code == 303, answer.text
        me = (await self._http.get("/api/v1/me")).json()
        self._http.headers["X-CSRF-Token"] = me["csrf_token"]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self._http.get(f"/api/v1{path}", params=params)
        answer.raise_for_status()
        return answer.json()

    async def page(self, path: str, **params: Any) -> str:
        """A page as a browser gets it."""
        answer = await self._http.get(path, params=params)
        answer.raise_for_status()
        return answer.text

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self._http.post(f"/api/v1{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def put(self, path: str, **body: Any) -> Any:
        answer = await self._http.put(f"/api/v1{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    async def colleague(self, username: str, password: str) -> None:
        """Make an account for a second person."""
        body = {"username": username, "name": username, "role": "staff", "password": password}
        await self.post("/staff", **body)

    async def waiting_for(self, words: str) -> dict[str, Any]:
        """The card of the conversation whose reason or last words contain these."""
        for card in await self.get("/conversations"):
            if words in card["detail"] + card["last_text"]:
                return dict(card)
        raise AssertionError(f"nobody waits with {words!r}")
