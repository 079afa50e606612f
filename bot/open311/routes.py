"""The addresses of GeoReport v2 under /open311/v2: services and requests, in JSON and XML."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from bot.open311.formats import Format, Refusal, answer, definition, refused
from bot.open311.requests import Asked, Keys, ServiceRequests, Wanted, services

PREFIX = "/open311/v2"
Jurisdiction = Annotated[str | None, Query(max_length=200, description="可不填；填了要对得上")]
Words = Annotated[str, Form(max_length=500)]


class _Standard(APIRoute):
    """Answers what is refused in the form of the standard, in the format that was asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def speak(request: Request) -> Response:
            form = Format.XML if request.url.path.endswith(".xml") else Format.JSON
            try:
                return await handle(request)
            except Refusal as refusal:
                return refused(form, refusal)
            except RequestValidationError as error:
                fields = ", ".join(dict.fromkeys(str(each["loc"][-1]) for each in error.errors()))
                return refused(form, Refusal(400, f"missing or invalid: {fields}"))

        return speak


def open311_router(requests: ServiceRequests, keys: Keys) -> APIRouter:
    """Reading is for everybody; creating needs one of the keys."""
    router = APIRouter(prefix=PREFIX, tags=["Open311"], route_class=_Standard)

    @router.get("/services.{form}", summary="有哪些服务（诉求类别）")
    async def list_services(form: Format, jurisdiction_id: Jurisdiction = None) -> Response:
        keys.check_jurisdiction(jurisdiction_id)
        return answer(form, "services", "service", services())

    @router.get("/services/{service_code}.{form}", summary="一项服务要填什么")
    async def show_service(
        service_code: str, form: Format, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        keys.check_jurisdiction(jurisdiction_id)
        if service_code not in {each["service_code"] for each in services()}:
            raise Refusal(404, "service_code provided was not found")
        return definition(form, service_code)

    @router.get("/requests.{form}", summary="查询诉求（不含个人信息）")
    async def find(
        form: Format,
        jurisdiction_id: Jurisdiction = None,
        service_request_id: Annotated[str, Query(description="编号，多个用逗号隔开")] = "",
        service_code: Annotated[str, Query(description="类别，多个用逗号隔开")] = "",
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        status: Annotated[str, Query(description="open、closed")] = "",
    ) -> Response:
        """默认最近 90 天，最多 1000 条，新的在前。"""
        keys.check_jurisdiction(jurisdiction_id)
        statuses = _split(status)
        if not set(statuses) <= {"open", "closed"}:
            raise Refusal(400, "status must be open or closed")
        ids = _split(service_request_id.upper())
        wanted = Wanted(ids, _split(service_code), _in_utc(start_date), _in_utc(end_date), statuses)
        return answer(form, "service_requests", "request", await requests.find(wanted))

    @router.get("/requests/{service_request_id}.{form}", summary="一条诉求（不含个人信息）")
    async def show(
        service_request_id: Annotated[str, Path(max_length=64)],
        form: Format,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        keys.check_jurisdiction(jurisdiction_id)
        found = await requests.find(Wanted([service_request_id.upper()]))
        if not found:
            raise Refusal(404, "service_request_id provided was not found")
        return answer(form, "service_requests", "request", found)

    @router.post("/requests.{form}", summary="登记诉求，需要 api_key", status_code=201)
    async def create(
        form: Format,
        service_code: Words = "",
        api_key: Words = "",
        jurisdiction_id: Words = "",
        lat: Annotated[float | None, Form(ge=-90, le=90)] = None,
        long: Annotated[float | None, Form(ge=-180, le=180)] = None,
        address_string: Words = "",
        address_id: Words = "",
        description: Annotated[str, Form(max_length=4000)] = "",
        email: Words = "",
        device_id: Words = "",
        account_id: Words = "",
        first_name: Words = "",
        last_name: Words = "",
        phone: Words = "",
        media_url: Words = "",
    ) -> Response:
        """表单字段同标准；要有 lat 和 long，或者 address_string。"""
        who = keys.who(api_key)
        keys.check_jurisdiction(jurisdiction_id)
        if not service_code:
            raise Refusal(400, "service_code was not provided")
        asked = Asked(
            service_code, lat, long, address_string or address_id, description, email, device_id,
            account_id, first_name, last_name, phone, media_url,
        )  # fmt: skip
        number = await requests.create(asked, who)
        created = {
            "service_request_id": number,
            "service_notice": "已受理，社区会安排人处理。",
            "account_id": account_id or None,
        }
        return answer(form, "service_requests", "request", [created], 201)

    return router


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _in_utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
