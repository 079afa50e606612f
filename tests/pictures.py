"""Takes the pictures of the documents from the real product: `python -m tests.pictures`.

Needs what `make test` prepares (encoder and model) and Chromium. A small day is played over the
resident's page and the desk, then each screen is saved under docs/pictures.
"""

import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from knowledge.settings import PROJECT_ROOT
from tests.browser import CHROMIUM, FLAGS
from tests.end_to_end.staff import Staff
from tests.product import Product

PICTURES = PROJECT_ROOT / "docs" / "pictures"
LARGEST = 250_000
ANSWER_MS = 30_000
# Said in the morning, so that the list of appeals and the desk are not empty.
MORNING = (
    "青山里8栋2单元501屋顶漏水，昨天晚上开始的",
    "青山里5栋楼下垃圾两天没人收了",
    "江城雅苑7号楼门口的路灯不亮",
    "江城雅苑10号楼楼道堆满了杂物，把消防通道堵了",
    "青山里2栋3单元下水道堵了，水漫到楼道里",
)
# What the starter content has no answer to: it stands among 未答问题.
UNKNOWN = ("暑期游泳班怎么报名", "共享雨伞在哪借", "宠物医院在哪里")


class Resident:
    """Somebody with a phone and the resident's page open."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def arrives(cls, browser: Browser, url: str) -> "Resident":
        context = await browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        await page.goto(url)
        await page.locator("#state[data-state=connected]").wait_for()
        return cls(page)

    async def says(self, text: str) -> str:
        """Type, send, and read what came back."""
        heard = await self._heard.count()
        await self.page.fill("#text", text)
        await self.page.click("#send")
        await expect(self._heard).not_to_have_count(heard, timeout=ANSWER_MS)
        await expect(self.page.locator("#typing")).to_have_text("", timeout=ANSWER_MS)
        return await self._heard.last.inner_text()

    async def says_only(self, text: str) -> None:
        """Say something to staff: no answer comes by itself."""
        await self.page.fill("#text", text)
        await self.page.click("#send")

    async def taps(self, title: str) -> str:
        """Choose a quick reply."""
        heard = await self._heard.count()
        await self.page.get_by_role("button", name=title).last.click()
        await expect(self._heard).not_to_have_count(heard, timeout=ANSWER_MS)
        return await self._heard.last.inner_text()

    async def files(self, text: str) -> None:
        """Report something; what is asked back is answered until it is filed."""
        await self.says(text)
        said = await self.taps("确认登记")
        if "编号" not in said:
            raise RuntimeError(f"not filed: {text!r} was answered {said!r}")

    @property
    def _heard(self) -> Locator:
        return self.page.locator("#log .message:not(.mine)")


async def take(page: Page, name: str) -> None:
    """A picture of what is on the screen, small enough for a page of documents."""
    file = PICTURES / name
    await page.wait_for_timeout(600)  # fonts and the last movement
    await page.screenshot(path=file)
    await asyncio.to_thread(make_small, file)


def make_small(file: Path) -> None:
    """Fewer colours first, then fewer points, until the file is small."""
    picture = Image.open(file).convert("RGB")
    while True:
        picture.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size < LARGEST:
            return
        picture = picture.resize((picture.width * 9 // 10, picture.height * 9 // 10))


async def morning(browser: Browser, url: str, admin: Staff) -> None:
    """A few residents report something; some of it is under way already."""
    for text in MORNING:
        resident = await Resident.arrives(browser, url)
        await resident.files(text)
        await resident.page.context.close()
    for text in UNKNOWN:
        resident = await Resident.arrives(browser, url)
        await resident.says(text)
        await resident.page.context.close()
    appeals = (await admin.get("/appeals"))["items"]
    for appeal, note in ((appeals[0], "师傅上午十点到现场"), (appeals[-2], "已派人清运")):
        await admin.post(f"/appeals/{appeal['id']}/deeds", deed={"move": "start", "note": note})
    done = (await admin.get("/appeals", status="in_progress"))["items"][-1]
    await admin.post(
        f"/appeals/{done['id']}/deeds", deed={"move": "answer", "answer": "已清运干净"}
    )


async def residents_page(browser: Browser, url: str) -> None:
    """A question, a question that leaves out its subject, and a report with its number."""
    resident = await Resident.arrives(browser, url)
    await take(resident.page, "resident-welcome.png")
    await resident.says("我妈妈80岁了，高龄津贴怎么办")
    await resident.says("要带什么材料")
    await resident.page.click("#type")
    await take(resident.page, "resident-large.png")
    await resident.page.click("#type")
    await resident.files("江城雅苑3栋2单元电梯坏了，老人下不了楼")
    await take(resident.page, "resident.png")
    await resident.page.context.close()


async def desk(browser: Browser, url: str, admin: Staff) -> None:
    """Two wait, one of them in danger; a third is being talked with."""
    password = secrets.token_urlsafe(9)
    await admin.post("/staff", username="wangfang", name="王芳", role="staff", password=password)
    talking = await Resident.arrives(browser, url)
    await talking.files("江城雅苑6栋1单元502厨房水管漏水，电话13800000000")
    await talking.says("转人工")
    await talking.says("水越漏越大，楼下邻居都找上来了")
    asking = await Resident.arrives(browser, url)
    await asking.says("转人工")
    await asking.says("我想咨询一下公租房，网上没看明白")
    danger = await Resident.arrives(browser, url)
    await danger.says("青山里6栋楼道里好大一股煤气味")

    page = await staff_page(browser, url, "wangfang", password, "/desk")
    card = page.locator(".desk-card", has_text="水越漏越大")
    await card.get_by_role("button", name="接待").click()
    await page.locator(".write-box").fill(
        "您好，我是社区工作人员王芳。师傅已经在路上，大约十分钟到，先把厨房的水阀关上。"
    )
    await page.locator(".write-box").press("Enter")
    await talking.page.locator(".message.staff").first.wait_for()
    await talking.says_only("好的，阀门关上了，谢谢您")
    await page.locator(".line", has_text="阀门关上了").wait_for()
    await expect(page.locator(".mh-toast")).to_have_count(0, timeout=10_000)
    await take(page, "desk.png")
    await page.goto(f"{url}/desk/appeals")
    await page.locator(".ledger-row").nth(1).wait_for()
    await take(page, "appeals.png")


async def office(browser: Browser, url: str, password: str) -> None:
    """The knowledge list with a question tried."""
    page = await staff_page(browser, url, "admin", password, "/office")
    await page.get_by_label("像居民那样问一句").fill("我妈满80了有没有补贴")
    await page.get_by_role("button", name="问", exact=True).click()
    await page.locator(".of-hit").first.wait_for()
    await take(page, "office.png")
    await page.get_by_label("搜题目、问法、答复里的字").fill("高龄津贴")
    await page.locator(".of-row", has_text="高龄津贴怎么申请").first.click()
    await page.locator(".of-field-title").wait_for()
    await take(page, "office-entry.png")


async def staff_page(browser: Browser, url: str, username: str, password: str, path: str) -> Page:
    context = await browser.new_context(
        viewport={"width": 1366, "height": 768},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{url}/signin?next={path}")
    await page.fill("#username", username)
    await page.fill("#password", password)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_url(f"**{path}")
    return page


async def day(url: str, password: str) -> None:
    """Everything that the pictures show, in the order in which it happens."""
    async with async_playwright() as playwright, Staff(url, "admin", password) as admin:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        await morning(browser, url, admin)
        await residents_page(browser, url)
        await desk(browser, url, admin)
        await office(browser, url, password)
        await browser.close()


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder) / "product") as product:
        asyncio.run(day(product.url, product.password))
    for file in sorted(PICTURES.glob("*.png")):
        print(f"{file.relative_to(PROJECT_ROOT)}  {file.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
