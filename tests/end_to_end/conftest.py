"""The whole product on real parts, started once for all end-to-end tests."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

OPEN311_KEY = secrets.token_hex(16)
GROUP = pytest.mark.xdist_group("product")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here shares one product, so it runs in one worker."""
    for item in items:
        if "end_to_end" in str(item.path):
            item.add_marker(GROUP)
    # What kills parts of the shared product comes last.
    items.sort(key=lambda item: item.path.name == "test_degrade.py")


@pytest.fixture(scope="session")
def account() -> dict[str, str]:
    """What an admin copies from the account's settings page into ours."""
    platform = WeChatPlatform()
    return {
        "WECHAT_TOKEN": platform.token,
        "WECHAT_APP_ID": platform.app_id,
        "WECHAT_APP_SECRET": platform.app_secret,
        "WECHAT_AES_KEY": platform.aes_key,
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform(mode="safe") as platform:
        yield platform


@pytest.fixture(scope="session")
def product(
    platform: WeChatPlatform, account: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    env = {
        **account,
        "WECHAT_API_BASE": platform.api_base,
        "OPEN311_KEYS": f"map:{OPEN311_KEY}",
        # The receivers of these tests are on this machine.
        "WEBHOOK_ALLOW_PRIVATE": "true",
    }
    with Product(tmp_path_factory.mktemp("product"), env=env) as product:
        platform.gateway_url = f"{product.url}/wechat"
        yield product


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def admin(product: Product) -> AsyncIterator[Staff]:
    async with Staff(product.url, "admin", product.password) as admin:
        yield admin


@pytest.fixture
def openid() -> str:
    """A resident whom nobody has met yet."""
    return f"o{secrets.token_hex(12)}"
