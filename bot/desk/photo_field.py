"""Photos that go with a deed: chosen from the computer or the phone, seen at once, taken out again."""

from nicegui import events, ui

from bot.desk import case_words as words
from bot.desk.cases import Cases
from bot.desk.seat import Seat
from bot.desk.service import PHOTO_BYTES
from bot.staff.member import StaffMember
from bot.theme import quiet_button, tell


class PhotoField:
    """`value` are the media ids, in the order in which the photos came."""

    def __init__(self, cases: Cases, seat: Seat) -> None:
        self._cases = cases
        self._seat = seat
        self.value: list[int] = []
        upload = ui.upload(
            multiple=True,
            auto_upload=True,
            max_file_size=PHOTO_BYTES,
            on_upload=self._keep,
            on_rejected=lambda: tell(words.PHOTO_REFUSED, "negative"),
        )
        upload.props("accept=image/*").classes("upload-hidden")
        with ui.element("div").classes("photo-field"):
            self._shown = ui.element("div").classes("photo-shown")
            add = quiet_button(words.ADD_PHOTO, icon="add_photo_alternate")
            add.on("click", js_handler=f"() => runMethod({upload.id}, 'pickFiles', [])")

    async def _keep(self, upload: events.UploadEventArguments) -> None:
        data = await upload.file.read()

        async def deed(_: StaffMember) -> None:
            self.value.append(await self._cases.save_photo(data))

        await self._seat.attempt(deed)
        upload.sender.run_method("reset")
        self._show()

    def _drop(self, photo: int) -> None:
        self.value.remove(photo)
        self._show()

    def _show(self) -> None:
        self._shown.clear()
        with self._shown:
            for number, photo in enumerate(self.value, 1):
                with ui.element("div").classes("photo-one"):
                    ui.element("img").props(f'src="/desk/media/{photo}" alt="照片 {number}"')
                    drop = ui.element("button").props(
                        f'type=button aria-label="{words.REMOVE_PHOTO.format(number=number)}"'
                    )
                    drop.on("click", lambda _, photo=photo: self._drop(photo))
                    with drop:
                        ui.icon("close")
