"""`make replay FILE=in.csv [OUT=out.jsonl]`: play a file, write a JSON line a message, sum up."""

import argparse
import asyncio
import secrets
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.settings import GatewaySettings
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.product import Product
from tests.replay.messages import BadFile, Line, read_lines
from tests.replay.player import Played, Player
from tests.simulators.wechat import WeChatPlatform

SLOW_SECONDS = 5.0


def main() -> int:
    arguments = _arguments()
    console = Console()
    try:
        lines = read_lines(arguments.file)[: arguments.limit]
    except (OSError, BadFile) as error:
        console.print(f"[red]无法读取：{error}")
        return 2
    played = asyncio.run(_replay(lines, arguments.at_once, console))
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        with arguments.out.open("w", encoding="utf-8") as out:
            out.writelines(message.model_dump_json() + "\n" for message in played)
        console.print(f"逐条结果：{arguments.out}")
    console.print(summary(played))
    return 1 if any(not message.reply for message in played) else 0


def summary(played: Sequence[Played]) -> Table:
    """What became of the messages, and how long the replies took."""
    outcomes = Counter(message.outcome for message in played)
    seconds = sorted(message.seconds for message in played)
    table = Table("项目", "数值", title=f"重放 {len(played)} 条消息")
    for outcome, count in outcomes.most_common():
        table.add_row(outcome, f"{count}（{count / len(played):.1%}）")
    table.add_row("没有回复", str(sum(not message.reply for message in played)))
    table.add_row("超过 5 秒", str(sum(s > SLOW_SECONDS for s in seconds)))
    for share, name in ((0.5, "中位"), (0.95, "p95"), (1.0, "最长")):
        place = min(len(seconds) - 1, int(share * len(seconds)))
        table.add_row(f"回复用时 {name}", f"{seconds[place] * 1000:.0f} 毫秒")
    return table


async def _replay(lines: Sequence[Line], at_once: int, console: Console) -> list[Played]:
    async with WeChatPlatform(mode="safe") as platform:
        run = secrets.token_hex(3)
        data_dir = PROJECT_ROOT / "var" / "replay" / run
        env = {
            "WECHAT_TOKEN": platform.token,
            "WECHAT_APP_ID": platform.app_id,
            "WECHAT_APP_SECRET": platform.app_secret,
            "WECHAT_AES_KEY": platform.aes_key,
            "WECHAT_API_BASE": platform.api_base,
        }
        console.print("正在启动一份独立的服务（不影响正在运行的那份）……")
        with Product(data_dir, env=env) as product:
            platform.gateway_url = f"{product.url}/wechat"
            database = Database(GatewaySettings(data_dir=data_dir).sql_url)
            player = Player(platform, database, run)
            with Progress(console=console, disable=not sys.stdout.isatty()) as bar:
                task = bar.add_task("重放", total=len(lines))
                played = await player.play(lines, at_once, lambda: bar.advance(task))
            await database.close()
    return played


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, default=None, help="only the first so many messages")
    parser.add_argument("--at-once", type=int, default=8, help="residents at the same time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
