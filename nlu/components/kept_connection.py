"""Keeps the connection to the action server open from turn to turn.

Rasa 3.6.21 opens a client session, and with it a connection, for every call of an action.
"""

from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import EndpointConfig

# Well under the two minutes after which the action server (Sanic) closes an idle connection.
_IDLE_SECONDS = 30.0


class _Lent:
    """What `async with endpoint.session()` gets: the session that stays open behind it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *failure: Any) -> Optional[bool]:
        return None


def install() -> None:
    """Let every endpoint open its session once; it is closed with the process."""

    def session(self: EndpointConfig) -> _Lent:
        kept = vars(self).get("kept_session")
        if kept is None:
            auth = aiohttp.BasicAuth(**self.basic_auth) if self.basic_auth else None
            self.kept_session = kept = aiohttp.ClientSession(
                headers=self.headers,
                auth=auth,
                connector=aiohttp.TCPConnector(keepalive_timeout=_IDLE_SECONDS),
            )
        return _Lent(kept)

    EndpointConfig.session = session
