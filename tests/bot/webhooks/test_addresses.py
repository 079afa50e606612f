"""Where webhooks may go: public http(s) addresses, and nothing behind our own door."""

import ipaddress

import pytest

from bot.webhooks.addresses import ForbiddenAddress, Poster, check_url, is_public
from tests.bot.webhooks.receiver import Receiver


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "example.com/hook",
        "http://user:password@example.com/",
        "http://example.com:99999/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://192.168.1.1:8080/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
    ],
)
def test_a_forbidden_address_cannot_be_registered(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(url)


@pytest.mark.parametrize("url", ["https://example.com/hook?key=1", "http://8.8.8.8:8080/"])
def test_a_public_address_can(url: str) -> None:
    assert check_url(url).hostname in ("example.com", "8.8.8.8")


def test_an_address_inside_another_is_seen() -> None:
    assert is_public(ipaddress.ip_address("64:ff9b::808:808"))
    assert not is_public(ipaddress.ip_address("64:ff9b::a00:1"))


@pytest.mark.parametrize("host", ["localhost.", "0x7f.1", "2130706433", "017700000001"])
async def test_a_name_that_leads_inside_is_refused_when_it_is_posted_to(host: str) -> None:
    poster = Poster()
    with pytest.raises(ForbiddenAddress):
        await poster.post(f"http://{host}:9/", b"{}", {})
    await poster.aclose()


async def test_what_is_posted_names_the_host_that_was_meant(receiver: Receiver) -> None:
    poster = Poster(allow_private=True)
    reply = await poster.post(receiver.url.replace("127.0.0.1", "localhost"), b"{}", {"X-A": "b"})
    await poster.aclose()
    _, headers, body = receiver.posts[0]
    port = receiver.url.split(":")[-1].split("/")[0]
    assert (headers["Host"], headers["X-A"], body) == (f"localhost:{port}", "b", b"{}")
    assert reply.accepted
