"""The parties (责任主体) that people with a phone page work for."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.staff.member import InvalidAccount, Role
from knowledge.places.tables import CommunityRow, PartyRow


async def party_of(session: AsyncSession, role: Role, party_id: int | None) -> int | None:
    """The party of an account with this role: one that exists, None for all other roles.

    Raises `InvalidAccount`.
    """
    if role is not Role.PARTY:
        return None
    if party_id is None:
        raise InvalidAccount("请选择这个账号属于哪个责任主体。")
    if await session.get(PartyRow, party_id) is None:
        raise InvalidAccount("没有这个责任主体，请重新选择。")
    return party_id


async def named_parties(session: AsyncSession) -> dict[int, str]:
    """Every party by its id, with its community where the name does not say it."""
    rows = await session.execute(
        select(PartyRow.id, PartyRow.name, CommunityRow.name)
        .outerjoin(CommunityRow, CommunityRow.id == PartyRow.community_id)
        .order_by(CommunityRow.name, PartyRow.name, PartyRow.id)
    )
    return {
        party_id: name if not community or community in name else f"{community} · {name}"
        for party_id, name, community in rows
    }
