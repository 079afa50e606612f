"""Two requests in one message (一条消息两件事): what is told, and what is asked beside it."""

import re
from dataclasses import dataclass

# A new matter begins here, also without a comma: 电梯坏了顺便问下高龄津贴怎么办.
_BESIDE = r"顺便|顺带|顺道|另外(?![一那几]?[个栋边户家条])|此外|还想(?:问|请教|咨询)|再问一?[下哈个]|对了(?=[，,、\s]|[再还想请问])"
_CUT = re.compile(rf"(?<=[，,。！!？?；;\n])|(?={_BESIDE})")
_BEGINS_ANEW = re.compile(
    rf"(?:{_BESIDE}|还有(?:个事|件事|一个|一件事|就是|请问|想问)?[，,、\s]?|再就是)"
)
_BEGINS_THERE = re.compile(rf"^{_BEGINS_ANEW.pattern}")
_ASKS = re.compile(
    r"(?:想|要|来|请|再|下|便|带)问(?!题)|问(?:一下|下|哈|一哈|问|个事|你们?)|咨询|请教|了解一?下|打听"
)
_ASKING = re.compile(
    r"怎么(?!回事|还|又|搞的|这么|这样|不|没|老)|如何|怎样|么样|咋[办弄]|在哪|哪里|哪儿|去哪|到哪|找谁|多少钱|几多钱"
    r"|多久|几天|什么(?:材料|条件|手续|证|时候|流程)|要带|能不能|可不可以|需不需要|要不要"
    r"|(?:可以|能|需要|行).{0,8}[吗嘛]|[吗呢][，,。！!；;\s]*$|[？?]"
)
_COURTESY = re.compile(
    r"(?:你好|您好|在吗|谢谢[你您了啊哈]*|多谢[了你您]*|感谢[你您]*|麻烦[你您了]*|辛苦[你您了]*|打扰[一下了]*|好的?|嗯+|哦+|知道了|明白了|收到|师傅|请问|[啊吧呀哈])+[，,。！!？?；;\s~]*"
)
_LEAD = re.compile(
    rf"^(?:{_BEGINS_ANEW.pattern}|我|还|再|就是|想|要|请|来|也|顺便|问题?(?:一下|下|哈|一哈|问|个事|你们?)?|咨询|请教|了解|打听|一下|[，,、：:\s])+"
)
_SENTENCE_END = tuple("。！!？?；;\n")
_EDGES = "，,。！!？?；;、 \n"


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart.

    `told` is what is not asked; `questions` stand without the words that lead to them.
    `announced` says that words like 顺便问下 or 另外 set a question apart; without them a
    question may well belong to what is told beside it.
    """

    told: str
    questions: tuple[str, ...]
    announced: bool


@dataclass(slots=True)
class _Piece:
    text: str
    asks: bool
    apart: bool


def parts_of(text: str) -> Parts:
    """What a message tells and what it asks, each in the resident's own words and order."""
    pieces: list[_Piece] = []
    apart = False
    for clause in _CUT.split(text):
        bare = clause.strip(_EDGES)
        if not bare or _COURTESY.fullmatch(bare):
            continue
        anew = _BEGINS_ANEW.match(clause)
        apart = apart or anew is not None
        if anew and not clause[anew.end() :].strip(_EDGES):
            continue
        led = bool(_ASKS.search(clause))
        asks = led or bool(_ASKING.search(clause))
        last = pieces[-1] if pieces else None
        if last and not apart and _goes_on(last, asks, led):
            last.text += clause
        else:
            pieces.append(_Piece(clause, asks, apart or led))
        apart = False
    questions = [piece for piece in pieces if piece.asks]
    told = "".join(piece.text for piece in pieces if not piece.asks)
    return Parts(
        told=_BEGINS_THERE.sub("", told).strip(_EDGES),
        questions=tuple(filter(None, (_bare(piece.text) for piece in questions))),
        announced=any(piece.apart for piece in (questions + pieces[1:])),
    )


def _goes_on(last: _Piece, asks: bool, led: bool) -> bool:
    """Whether a clause belongs to the piece before it.

    Within one sentence what follows a question that was set apart belongs to it: 顺便问下高龄津贴,
    我妈80了.
    """
    if last.asks:
        return asks or (last.apart and not last.text.endswith(_SENTENCE_END))
    return not asks and not led


def _bare(question: str) -> str:
    return _LEAD.sub("", question.strip(_EDGES)).strip(_EDGES)


def point_of(text: str) -> str:
    """Where a long message comes to its point: its last question, without the story before it."""
    led = [match.start() for match in _ASKS.finditer(text)]
    if led:
        return _bare(text[led[-1] :])
    clauses = [clause for clause in _CUT.split(text) if clause.strip(_EDGES)]
    asked = [clause for clause in clauses if _ASKING.search(clause)]
    return _bare(asked[-1]) if asked else ""
