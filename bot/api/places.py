"""REST of places: communities with their grids and buildings, and the QR codes of places."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, Field

from bot.office.dispatching import DispatchEditing
from bot.office.editing import EDITORS
from bot.office.posters import Posters, picture
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, Role, SignedOut, StaffMember
from bot.staff.spoken import spoken
from knowledge.places.codes import LABEL_MOST, BadLabel, CodeKind, PlaceCode
from knowledge.places.place import Building, Community, Grid, Party
from knowledge.places.repository import UnknownPlace

_STATUSES: dict[type[Exception], int] = {
    SignedOut: 401,
    NotAllowed: 403,
    UnknownPlace: 404,
    BadLabel: 422,
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "没有这个小区"}}
CommunityId = Annotated[int, Path(description="小区编号")]


class CommunityFile(BaseModel):
    """A community with all it has."""

    community: Community
    grids: list[Grid]
    buildings: list[Building]
    parties: list[Party]


class Code(BaseModel):
    """A QR code of a place."""

    code: str
    kind: CodeKind
    label: str = Field(description="完整的地点，比如 江城雅苑3号楼电梯")
    grid_id: int | None
    building_id: int | None
    unit: str
    link: str = Field(description="网页链接")


class Wanted(BaseModel):
    kinds: frozenset[CodeKind] = Field(
        frozenset({CodeKind.BUILDING, CodeKind.GRID, CodeKind.LIFT}),
        description="给哪些地方生成；已有的码不变",
    )


class Spot(BaseModel):
    label: str = Field(min_length=1, max_length=LABEL_MOST, description="地点，比如 东门岗亭")
    grid_id: int | None = Field(None, description="属于哪个网格")


def places_api(editing: DispatchEditing, posters: Posters, guard: StaffGuard) -> APIRouter:
    """The routes under /api/v1/places: reading for staff, new codes for secretaries."""
    router = APIRouter(
        prefix="/api/v1/places",
        tags=["小区与二维码"],
        route_class=spoken(_STATUSES),
        responses=_REFUSED,
        dependencies=[Depends(guard.require_role(Role.STAFF))],
    )
    editor = Depends(guard.require_role(EDITORS))
    places, codes = editing.places, editing.codes

    def shown(code: PlaceCode, request: Request) -> Code:
        link = posters.web_link(code.code, str(request.base_url))
        fields = code.model_dump(exclude={"label"})
        return Code.model_validate({**fields, "label": code.full_label, "link": link})

    @router.get("", summary="登记的小区")
    async def communities() -> list[Community]:
        return list(await places.communities())

    @router.get("/{community_id}", summary="一个小区的网格、楼栋和责任主体", responses=_UNKNOWN)
    async def community(community_id: CommunityId) -> CommunityFile:
        return CommunityFile(
            community=await places.community(community_id),
            grids=list(await places.grids(community_id)),
            buildings=list(await places.buildings(community_id)),
            parties=list(await places.parties(community_id)),
        )

    @router.get("/{community_id}/codes", summary="一个小区的二维码", responses=_UNKNOWN)
    async def list_codes(community_id: CommunityId, request: Request) -> list[Code]:
        await places.community(community_id)
        return [shown(code, request) for code in await codes.of_community(community_id)]

    @router.post("/{community_id}/codes", summary="给没有码的地方生成", responses=_UNKNOWN)
    async def make_codes(
        community_id: CommunityId, wanted: Wanted, request: Request, member: StaffMember = editor
    ) -> list[Code]:
        made = await editing.make_codes(member, community_id, wanted.kinds)
        return [shown(code, request) for code in made]

    @router.post(
        "/{community_id}/spots", status_code=201, summary="给其他地点加一个码", responses=_UNKNOWN
    )
    async def add_spot(
        community_id: CommunityId, spot: Spot, request: Request, member: StaffMember = editor
    ) -> Code:
        made = await editing.add_spot(member, community_id, spot.label, spot.grid_id)
        return shown(made, request)

    @router.get(
        "/codes/{code}.svg",
        summary="网页链接的二维码图片",
        response_class=Response,
        responses={200: {"content": {"image/svg+xml": {}}}, 404: {"description": "没有这个码"}},
    )
    async def code_picture(code: str, request: Request) -> Response:
        found = await codes.find(code)
        if found is None:
            raise HTTPException(404, "没有这个码。")
        svg = picture(posters.web_link(found.code, str(request.base_url)))
        named = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return Response(named, media_type="image/svg+xml")

    return router
