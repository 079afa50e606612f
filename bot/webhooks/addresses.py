"""Where we may post to (出站地址): public web addresses only, checked again at every sending."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx

TIMEOUT_SECONDS = 10.0
# A receiver says yes or no; nobody needs more of what it says.
_READ_AT_MOST = 64 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenAddress(ValueError):
    """An address that we do not post to; its text is Chinese, for whoever registers it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def check_url(url: str, allow_private: bool = False) -> SplitResult:
    """The parts of an http(s) address; raises `ForbiddenAddress` for what can be told by looking."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddress("这个网址写得不对，请核对。") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ForbiddenAddress("网址要以 http:// 或 https:// 开头。")
    if parts.username or parts.password or port == 0:
        raise ForbiddenAddress("网址里不能带用户名和密码，端口也要写对。")
    if not allow_private:
        _check_host(parts.hostname)
    return parts


def is_public(address: Address) -> bool:
    """Whether an address is on the public net, also the one that another one stands for."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


class Poster:
    """Posts to the address that was checked, so that no name can change its mind in between."""

    def __init__(self, allow_private: bool = False) -> None:
        self.allow_private = allow_private
        # No connection is kept: another name at the same address must show its own certificate.
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Post JSON; raises `ForbiddenAddress`, `TimeoutError` or `httpx.HTTPError`."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            parts = check_url(url, self.allow_private)
            host = parts.hostname or ""
            address = await self._resolve(host, parts.port or _PORTS[parts.scheme])
            target = httpx.URL(url.strip())
            request = self._client.build_request(
                "POST",
                target.copy_with(host=str(address)),
                content=body,
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": "minhu-webhooks",
                    **headers,
                    "Host": target.netloc.decode("ascii"),
                },
                extensions={"sni_hostname": target.raw_host.decode("ascii")},
            )
            response = await self._client.send(request, stream=True)
            try:
                read = b""
                async for chunk in response.aiter_raw():
                    read += chunk
                    if len(read) >= _READ_AT_MOST:
                        break
            finally:
                await response.aclose()
            return Reply(response.status_code, read)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _resolve(self, host: str, port: int) -> Address:
        """The first address of a host, where all of them are public."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ForbiddenAddress(f"找不到这个域名：{host}") from error
        addresses = [ipaddress.ip_address(str(each[4][0]).split("%")[0]) for each in found]
        if not self.allow_private and not all(map(is_public, addresses)):
            raise ForbiddenAddress(_PRIVATE)
        return addresses[0]


_PRIVATE = "不能发往内网或本机地址。"
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _check_host(host: str) -> None:
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        raise ForbiddenAddress(_PRIVATE)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(address):
        raise ForbiddenAddress(_PRIVATE)
