"""REST of exchange (数据交换): appeals out as Excel or CSV, and in again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, HTTPException, Query, UploadFile
from fastapi.responses import StreamingResponse

from bot.api.appeals import AskedFilters
from bot.exchange.importing import Imported, Importer
from bot.exchange.reading import BadTable
from bot.exchange.writing import Exports, Records
from bot.staff.guard import StaffGuard
from bot.staff.member import Role, StaffMember
from bot.staff.spoken import spoken

FILE_BYTES = 20 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Who may read the names behind confidential and anonymous appeals, and bring in appeals.
MAY_SEE_NAMES = MAY_IMPORT = Role.SECRETARY
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
}


def exchange_api(exports: Exports, importer: Importer, guard: StaffGuard) -> APIRouter:
    """Routes beside /api/v1/appeals; include them before that, whose ids would take these names."""
    router = APIRouter(
        prefix="/api/v1/appeals",
        tags=["诉求导入导出"],
        route_class=spoken({BadTable: 422}),
        responses=_REFUSED,
    )
    staff = Depends(guard.require_role(Role.STAFF))
    secretary = Depends(guard.require_role(MAY_IMPORT))
    Filters = Annotated[AskedFilters, Query()]

    def records(filters: AskedFilters, member: StaffMember) -> Records:
        return exports.records(filters, names=member.role.reaches(MAY_SEE_NAMES))

    @router.get(
        "/export.xlsx",
        summary="导出为 Excel",
        response_class=StreamingResponse,
        responses={200: {"content": {XLSX: {}}, "description": "每条诉求一行"}},
    )
    async def export_excel(filters: Filters, member: StaffMember = staff) -> StreamingResponse:
        """保密和匿名诉求的联系人、电话、房号，只有书记和管理员导出时才有。"""
        return _file(exports.xlsx(records(filters, member)), XLSX, "appeals.xlsx")

    @router.get(
        "/export.csv",
        summary="导出为 CSV",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}, "description": "每条诉求一行，UTF-8"}},
    )
    async def export_csv(filters: Filters, member: StaffMember = staff) -> StreamingResponse:
        """同上；以 = + - @ 开头的文字前加了一个单引号，表格软件不会把它当公式。"""
        return _file(exports.csv(records(filters, member)), "text/csv", "appeals.csv")

    @router.post("/import", summary="导入 Excel 或 CSV")
    async def import_appeals(
        file: Annotated[UploadFile, File(description="导出文件那样的表头")],
        member: StaffMember = secretary,
    ) -> Imported:
        """有错的行整行不导入，按行和列说明；同一编号只登记一次，重复导入不会改动。"""
        data = await file.read(FILE_BYTES + 1)
        if len(data) > FILE_BYTES:
            raise HTTPException(413, "文件不能超过 20 MB，请分成几个文件。")
        return await importer.run(file.filename or "", data, member.signature)

    return router


def _file(content: Any, mime: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(content, media_type=mime, headers=headers)
