"""How every process of ours writes its log."""

import logging

# These tell each request, addresses with tokens among them, or each step of building an index.
_TALKATIVE = ("httpx", "httpcore", "bm25s", "jieba")


def set_up_logging(level: str) -> None:
    """Lines with time, level and origin to standard error; libraries only when something is wrong."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
