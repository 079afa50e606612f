"""A running office, a browser in front of it, and the same door for programs."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from knowledge.settings import PROJECT_ROOT
from tests.bot.office.server import PASSWORD
from tests.browser import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an office in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = tmp_path_factory.mktemp("office") / "office.db"
    command = [sys.executable, "-m", "tests.bot.office.server", str(database), str(port)]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/signin")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the office did not start")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


class Visitor:
    """Somebody with a browser window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    async def sign_in(self, username: str, password: str = PASSWORD, path: str = "/office") -> None:
        await self.page.goto(f"{self.url}/signin?next={path}")
        await self.page.fill("#username", username)
        await self.page.fill("#password", password)
        await self.page.get_by_role("button", name="登录").click()
        await self.page.wait_for_url(f"**{path}")

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def write(self, label: str, text: str) -> None:
        await self.page.get_by_label(label, exact=True).fill(text)

    async def reads(self, text: str) -> None:
        await self.page.get_by_text(text).first.wait_for()


@pytest.fixture
async def visitor(browser: Browser, office: str) -> Visitor:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(15_000)
    return Visitor(await context.new_page(), office)


@pytest.fixture
async def program(office: str) -> AsyncIterator[httpx.AsyncClient]:
    """A program signed in as the secretary, which carries the CSRF token."""
    # A publication sits hundreds of exam questions first.
    async with httpx.AsyncClient(base_url=office, timeout=30) as client:
        await sign_in(client, "li")
        yield client


async def sign_in(client: httpx.AsyncClient, username: str) -> None:
    page = await client.get("/signin")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    await client.post("/signin", data={"username": username, "password": PASSWORD, "csrf": csrf})
    client.headers["X-CSRF-Token"] = (await client.get("/api/v1/me")).json()["csrf_token"]
