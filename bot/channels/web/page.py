"""The resident's two pages, rendered once, so that serving them costs nothing."""

from bot.channels.web.bundle import STATIC, Bundle
from bot.channels.web.words import Words

# Safari before 15.4 does not take a socket for 'self'.
_WITH_SOCKET = "'self' ws: wss:"


class Page:
    """Chat (`html`) and 我的诉求 (`mine`), and the bundle that both are made of."""

    def __init__(self, words: Words) -> None:
        self.bundle = Bundle("/web/static", sorted(STATIC.iterdir()), connect=_WITH_SOCKET)
        page = words.page.model_dump()
        self.html = self.bundle.render("page.html", words=words, page=page)
        self.mine = self.bundle.render("mine.html", words=words, page=page, mine=words.mine)
        self.headers = self.bundle.headers
