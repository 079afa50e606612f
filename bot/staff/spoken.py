"""Turns named errors of the domain into HTTP answers, in one place for each router."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute


def spoken(statuses: Mapping[type[Exception], int]) -> type[APIRoute]:
    """A route class that answers these errors with their status and their own words."""

    class SpokenRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def speak(request: Request) -> Response:
                try:
                    return await handle(request)
                except tuple(statuses) as error:
                    status = next(
                        code for kind, code in statuses.items() if isinstance(error, kind)
                    )
                    raise HTTPException(status, str(error)) from error

            return speak

    return SpokenRoute
