"""Who gets an appeal: by category, kind of community and place; never dropped."""

import pytest
from sqlalchemy import delete, update

from actions.appeals.appeal import Urgency
from actions.appeals.draft import Draft, Facts
from actions.dispatch.dispatch import MEDIATOR_TAG, SECRETARY_TAG
from actions.dispatch.versions import STARTER_FILE, DispatchRules
from knowledge.categories.tree import category_tree
from knowledge.places.place import CommunityKind, PartyKind
from knowledge.places.tables import PartyRow
from tests.actions.conftest import ActionServer
from tests.actions.dispatch.conftest import HAS, K, P, Town, filing, name_of
from tests.databases import Clock

# property, owners, unit, developer, enterprise, grid, community, street
SHORT = {
    "物": P.PROPERTY,
    "业": P.OWNERS,
    "单": P.UNIT,
    "开": P.DEVELOPER,
    "村": P.ENTERPRISE,
    "格": P.GRID,
    "社": P.COMMUNITY,
    "街": P.STREET,
}
CATEGORIES = [
    "电梯",
    "漏水",
    "停水用水",
    "路灯",
    "垃圾",
    "小区停车",
    "消防通道",
    "物业服务",
    "房屋质量",
    "邻里噪音",
    "邻里纠纷",
    "违建",
    "困难救助",
    "商铺噪音",
    "业委会",
    "学校教育",
]
# One letter a category, in the order of CATEGORIES.
LEADS = {
    K.MARKET_ESTATE: "物 物 物 物 物 物 物 业 社 格 社 街 社 街 社 社",
    K.OLD_SELF: "业 业 业 业 业 业 业 业 街 格 社 街 社 街 社 社",
    K.OLD_STREET: "街 社 社 街 格 社 街 社 街 格 社 街 社 街 社 社",
    K.URBAN_VILLAGE: "村 村 村 村 村 村 村 社 街 格 社 街 社 街 社 社",
    K.DEVELOPER_RUN: "物 开 物 物 物 物 物 社 开 格 社 街 社 街 社 社",
    K.UNIT_RUN: "单 单 单 单 单 单 单 单 街 格 社 街 社 街 社 社",
    K.OFFICE_TOWER: "物 物 物 物 物 物 物 社 街 社 社 街 社 街 社 社",
    K.SCENIC: "社 社 社 单 单 单 社 社 街 格 社 街 社 街 社 社",
    K.CAMPUS: "单 单 单 单 单 单 单 单 街 格 社 街 社 街 社 社",
}


async def test_each_kind_of_community_has_its_own_lead(town: Town) -> None:
    for kind in CommunityKind:
        wanted = dict(zip(CATEGORIES, LEADS[kind].split(), strict=True))
        for category, letter in wanted.items():
            given = await town.assign(category, f"{name_of(kind)}1号楼")
            assert given.lead is not None
            assert given.lead.kind is SHORT[letter], (kind, category, given.rule.name)


async def test_every_leaf_has_a_lead_and_a_reason_in_every_kind(town: Town) -> None:
    for kind in CommunityKind:
        for category in (*category_tree().keys, *category_tree().dispatch_keys, "没听过的"):
            given = await town.assign(category, f"{name_of(kind)}1号楼")
            assert given.lead is not None and given.lead.kind in HAS[kind]
            assert given.filing.lead_party_id == given.lead.id
            assert given.lead.id not in given.filing.helper_ids
            assert len(set(given.filing.helper_ids)) == len(given.filing.helper_ids)
            assert given.rule.why.rstrip("。") in given.why


@pytest.mark.parametrize(
    ("category", "place", "lead"),
    [
        ("路灯", "幸福路青山里旁", P.STREET),
        ("路灯", "江城雅苑东门", P.PROPERTY),
        ("路灯", "江城雅苑门口的人行道", P.STREET),
        ("垃圾", "江城雅苑3栋楼道", P.PROPERTY),
        ("排水化粪池", "江城雅苑幸福路", P.STREET),
        ("施工噪音", "江城雅苑3栋楼上", P.PROPERTY),
        ("施工噪音", "江城雅苑对面工地", P.STREET),
    ],
)
async def test_the_place_inside_the_community_decides(
    town: Town, category: str, place: str, lead: PartyKind
) -> None:
    given = await town.assign(category, place)
    assert given.lead is not None and given.lead.kind is lead, given.rule.name


async def test_several_parties_act_together(town: Town) -> None:
    given = await town.assign("物业收费", "江城雅苑3栋")
    assert given.lead is not None and given.lead.name == "江城雅苑业主委员会"
    assert [party.name for party in given.helpers] == ["江城雅苑物业服务中心", "江城社区居委会"]
    assert given.filing.helper_ids == [party.id for party in given.helpers]


@pytest.mark.parametrize(
    ("category", "content", "urgency"),
    [
        ("电梯", "电梯里困了一个老人", Urgency.URGENT),
        ("电梯", "电梯有点响", Urgency.NORMAL),
        ("燃气", "楼道里一股燃气味", Urgency.URGENT),
        ("路面井盖", "井盖没了", Urgency.URGENT),
    ],
)
async def test_danger_raises_the_urgency_wherever_it_is(
    town: Town, category: str, content: str, urgency: Urgency
) -> None:
    for place in ("青山里3栋", "不知道在哪里"):
        assert (await town.assign(category, place, content=content)).filing.urgency is urgency


async def test_an_urgency_is_never_lowered(town: Town) -> None:
    given = await town.assign("绿化", "青山里3栋", urgency=Urgency.RAISED)
    assert given.filing.urgency is Urgency.RAISED


async def test_who_must_lead_or_mediate_is_marked_once(town: Town) -> None:
    quarrel = await town.assign("邻里纠纷", "青山里3栋", tags=["老年人", MEDIATOR_TAG])
    assert quarrel.filing.tags == ["老年人", MEDIATOR_TAG]
    election = await town.assign("业委会", "江城雅苑")
    assert election.filing.tags == [SECRETARY_TAG]


async def test_an_unknown_place_waits_for_the_community_desk_with_a_reason(town: Town) -> None:
    given = await town.assign("电梯", "月球花园3栋", building="3栋")
    assert (given.filing.community_id, given.filing.lead_party_id) == (None, None)
    assert given.filing.helper_ids == []
    assert given.filing.why == "没有对上已登记的小区，请核对地点后派单；待社区人工派单。"


async def test_the_reason_tells_nobody_where_a_resident_lives(town: Town) -> None:
    home = {"community": "江城雅苑", "building": "5号楼", "room": None}
    given = await town.assign("垃圾", "江城雅苑垃圾站", near=home)
    assert given.filing.grid_id is not None and given.filing.building == ""
    assert "5号楼" not in given.why


async def test_of_several_firms_the_one_that_handles_it_is_asked(town: Town) -> None:
    community = await town.places.find_community(name_of(K.MARKET_ESTATE))
    assert community is not None
    async with town.database.write() as session:
        ours = PartyRow.community_id == community.id
        firm = (PartyRow.kind == "property") & ours
        await session.execute(update(PartyRow).where(firm).values(handles=["垃圾环境"]))
        session.add(
            PartyRow(
                community_id=community.id,
                kind="property",
                name="电梯维保公司",
                handles=["电梯"],
                details={},
            )
        )
    place = f"{name_of(K.MARKET_ESTATE)}1号楼"
    lifts, rubbish, lamps = [await town.assign(c, place) for c in ("电梯", "垃圾", "路灯")]
    names = [given.lead.name for given in (lifts, rubbish, lamps) if given.lead]
    assert names == ["电梯维保公司", "物业服务企业", "物业服务企业"]


async def test_who_is_missing_is_stood_in_for_up_to_the_street(town: Town) -> None:
    community = await town.places.find_community("青山里")
    assert community is not None

    async def without(*kinds: str) -> str:
        async with town.database.write() as session:
            gone = PartyRow.community_id == community.id, PartyRow.kind.in_(kinds)
            await session.execute(delete(PartyRow).where(*gone))
        lead = (await town.assign("养犬", "青山里3栋")).lead
        return lead.name if lead else ""

    assert await without("grid") == "青山里社区居委会"
    assert await without("community") == "青山街道办事处"
    assert await without("street") == ""
    given = await town.dispatch.complete(filing("养犬", "青山里3栋"))
    assert given.community_id == community.id and given.lead_party_id is None


async def test_rules_that_are_saved_hold_for_the_next_appeal(town: Town, clock: Clock) -> None:
    assert (await town.assign("养犬", "青山里3栋")).version == 0
    rules = DispatchRules(town.database, clock)
    await rules.load_starter()
    text = STARTER_FILE.read_text("utf-8").replace(
        "类别: [噪音扰民, 养犬]\n    主办: [网格, 社区居委会]",
        "类别: [噪音扰民, 养犬]\n    主办: 街道办事处",
    )
    await rules.save(text, "李书记（li）", expected=1)
    given = await town.assign("养犬", "青山里3栋")
    assert given.version == 2
    assert given.lead is not None and given.lead.kind is P.STREET


async def test_the_history_says_why_an_appeal_waits(server: ActionServer) -> None:
    facts = Facts(community="月球花园", building="3栋", category="电梯")
    draft = Draft(what="电梯坏了", where="月球花园3栋", confirmed=True, facts=facts)
    appeal = await server.desk.file(draft, server.context())
    assert appeal.lead_party == ""
    [filed] = await server.appeals.history(appeal.id)
    assert filed.note == "没有对上已登记的小区，请核对地点后派单；待社区人工派单。"


@pytest.mark.parametrize(
    ("place", "told", "building", "room"),
    [
        ("江城雅苑3栋", {}, "3号楼", ""),
        ("江城雅苑3栋", {"building": "三号楼", "room": "501"}, "三号楼", "501"),
        # Another building than the one that was filled in: its room is another one too.
        ("江城雅苑9栋", {"building": "3号楼", "room": "501"}, "9号楼", ""),
        ("江城雅苑99栋", {"building": "99栋"}, "99栋", ""),
        ("江城雅苑大门", {}, "", ""),
    ],
)
async def test_the_building_is_the_one_that_was_named(
    town: Town, place: str, told: dict[str, str], building: str, room: str
) -> None:
    given = (await town.assign("漏水", place, **told)).filing
    assert (given.building, given.room) == (building, room)
