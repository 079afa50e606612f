"""Deeds (办理动作): what each move of an appeal needs, checked before anything is changed."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from actions.appeals.life import Move

WORDS_MOST = 2000
Words = Annotated[str, Field(max_length=WORDS_MOST)]
SomeWords = Annotated[str, Field(min_length=1, max_length=WORDS_MOST)]
Photos = Annotated[list[int], Field(max_length=20)]
# 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.
Satisfaction = Annotated[int, Field(ge=1, le=5)]
# 1 社区大党委, 2 街道大工委, 3 区级党建联席会.
Level = Annotated[int, Field(ge=1, le=3)]


class _Deed(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, frozen=True, extra="forbid")

    @property
    def words(self) -> str:
        """What the event keeps as its note: the reason, the answer or the note itself."""
        return str(getattr(self, self._words_field(), ""))

    @property
    def details(self) -> dict[str, Any]:
        """What the event keeps besides, ready for JSON."""
        return self.model_dump(mode="json", exclude={"move", self._words_field()})

    @classmethod
    def worded(cls, words: str) -> dict[str, str]:
        """These words under the name that they have in this deed; empty where it has none."""
        field = cls._words_field()
        return {field: words} if field else {}

    @classmethod
    def _words_field(cls) -> str:
        fields = cls.model_fields
        return next((name for name in ("reason", "answer", "note") if name in fields), "")


class Dispatch(_Deed):
    """派单: hand it to a party and its helpers; the clock starts."""

    move: Literal[Move.DISPATCH] = Move.DISPATCH
    party_id: int
    helper_ids: list[int] = []
    note: Words = ""


class Redispatch(_Deed):
    """改派: another party; the due date stays, for the resident has waited since the first."""

    move: Literal[Move.REDISPATCH] = Move.REDISPATCH
    party_id: int
    helper_ids: list[int] = []
    reason: SomeWords


class Sign(_Deed):
    """签收."""

    move: Literal[Move.SIGN] = Move.SIGN


class Start(_Deed):
    """开始办理; what was not signed for is signed for by it."""

    move: Literal[Move.START] = Move.START
    note: Words = ""


class Contact(_Deed):
    """联系居民; the time of the first contact is kept."""

    move: Literal[Move.CONTACT] = Move.CONTACT
    note: Words = ""


class Return(_Deed):
    """退单: the wrong party; words or photos must show it."""

    move: Literal[Move.RETURN] = Move.RETURN
    reason: SomeWords
    evidence: Words = ""
    photos: Photos = []

    @model_validator(mode="after")
    def _shows_it(self) -> "Return":
        if not (self.evidence or self.photos):
            raise ValueError("退单要说明依据或附上照片，请补上再提交。")
        return self


class Extend(_Deed):
    """延期: asked for before the deadline, with the reason; the resident is told."""

    move: Literal[Move.EXTEND] = Move.EXTEND
    reason: SomeWords
    until: AwareDatetime


class Suspend(_Deed):
    """挂起 until a moment ahead, for a reason."""

    move: Literal[Move.SUSPEND] = Move.SUSPEND
    reason: SomeWords
    until: AwareDatetime


class Resume(_Deed):
    """恢复办理."""

    move: Literal[Move.RESUME] = Move.RESUME
    note: Words = ""


class Answer(_Deed):
    """办结: what was done, in words that the resident reads."""

    move: Literal[Move.ANSWER] = Move.ANSWER
    answer: SomeWords
    photos: Photos = []


class CallBack(_Deed):
    """回访: reached or not; who was reached says whether it is solved."""

    move: Literal[Move.CALL_BACK] = Move.CALL_BACK
    contacted: bool
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    note: Words = ""

    @model_validator(mode="after")
    def _says_what_was_heard(self) -> "CallBack":
        if self.contacted and self.solved is None:
            raise ValueError("联系上了居民，请记下问题解决了没有。")
        if not self.contacted and (self.solved is not None or self.satisfaction is not None):
            raise ValueError("没联系上居民，不能替居民填写是否解决和满意度。")
        return self


class Rate(_Deed):
    """评价 by the resident; `solved` moves what was answered on to 已回访."""

    move: Literal[Move.RATE] = Move.RATE
    satisfaction: Satisfaction
    solved: bool = False
    note: Words = ""


class Close(_Deed):
    """归档."""

    move: Literal[Move.CLOSE] = Move.CLOSE
    note: Words = ""


class Reopen(_Deed):
    """重办: not solved; back to the same party with the whole history."""

    move: Literal[Move.REOPEN] = Move.REOPEN
    reason: SomeWords
    photos: Photos = []


class Withdraw(_Deed):
    """撤回."""

    move: Literal[Move.WITHDRAW] = Move.WITHDRAW
    reason: Words = ""


class Refuse(_Deed):
    """不予受理: why, and where the resident can go instead."""

    move: Literal[Move.REFUSE] = Move.REFUSE
    reason: SomeWords
    where_to: SomeWords


class Urge(_Deed):
    """催办."""

    move: Literal[Move.URGE] = Move.URGE
    note: Words = ""


class Supervise(_Deed):
    """督办 on one of three levels."""

    move: Literal[Move.SUPERVISE] = Move.SUPERVISE
    level: Level
    note: Words = ""


class Escalate(_Deed):
    """升级 to one of three levels; never downwards."""

    move: Literal[Move.ESCALATE] = Move.ESCALATE
    level: Level
    reason: SomeWords


class Note(_Deed):
    """备注 for colleagues only: words, photos or both."""

    move: Literal[Move.NOTE] = Move.NOTE
    note: Words = ""
    photos: Photos = []

    @model_validator(mode="after")
    def _says_something(self) -> "Note":
        if not (self.note or self.photos):
            raise ValueError("请写下备注或附上照片。")
        return self


class Add(_Deed):
    """补充: words or photos that belong to the appeal."""

    move: Literal[Move.ADD] = Move.ADD
    note: Words = ""
    photos: Photos = []


class Join(_Deed):
    """我家也是: another household with the same problem."""

    move: Literal[Move.JOIN] = Move.JOIN
    resident_id: int
    conversation_id: int | None = None
    place_text: Annotated[str, Field(max_length=200)] = ""
    note: Words = ""


Deed = Annotated[
    Dispatch
    | Redispatch
    | Sign
    | Start
    | Contact
    | Return
    | Extend
    | Suspend
    | Resume
    | Answer
    | CallBack
    | Rate
    | Close
    | Reopen
    | Withdraw
    | Refuse
    | Urge
    | Supervise
    | Escalate
    | Note
    | Add
    | Join,
    Field(discriminator="move"),
]
DEED: TypeAdapter[Deed] = TypeAdapter(Deed)
_KINDS = {kind.model_fields["move"].default: kind for kind in _Deed.__subclasses__()}


def of_words(move: Move, words: str) -> Deed:
    """The deed of a move that needs nothing but words; raises ValidationError where they miss."""
    return DEED.validate_python({"move": move, **_KINDS[move].worded(words)})
