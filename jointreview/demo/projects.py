"""The projects of the demonstration: whose they are, where they lie, and the sample their forms are made from."""

from __future__ import annotations

from dataclasses import dataclass

# south-west corners in zone 41, metres: north, east
HUILONG = (3_521_420.0, 41_372_700.0)
ZONE = (3_524_204.0, 41_371_302.0)
LVSI = (3_549_300.0, 41_367_900.0)
HIGHTECH = (3_518_600.0, 41_379_900.0)
YUANTUOJIAO = (3_509_500.0, 41_396_100.0)
BEIXIN = (3_527_400.0, 41_352_300.0)


@dataclass(frozen=True)
class Project:
    """A project of the demonstration, made from a sample form."""

    sample: str
    who: str
    code: str
    name: str
    works: str
    address: str
    town: str
    corner: tuple[float, float]
    size: tuple[float, float] = (260.0, 150.0)


FOUNDRY = Project(
    "factory",
    "applicant",
    "2203-320681-89-01-301127",
    "精密铸造车间技术改造",
    "2#铸造车间",
    "启东高新区海工大道66号",
    "hightech_zone",
    HIGHTECH,
)
COLD_STORE = Project(
    "factory",
    "coldchain",
    "2204-320681-89-01-402218",
    "吕四港冷链物流中心一期",
    "1#冷库",
    "吕四港镇环抱港池东侧",
    "lvsigang",
    LVSI,
)
SCHOOL = Project(
    "school",
    "school",
    "2207-320681-89-01-123456",
    "启东市实验学校扩建",
    "教学楼及地下人防车库",
    "汇龙镇公园中路288号",
    "huilong",
    HUILONG,
    (200.0, 120.0),
)
ASSEMBLY = Project(
    "factory",
    "applicant",
    "2208-320681-89-01-503319",
    "海工装备配套厂房",
    "3#装配车间",
    "启东经济开发区海洪路19号",
    "development_zone",
    (ZONE[0] + 420, ZONE[1] + 60),
)
SEAFOOD = Project(
    "factory",
    "coldchain",
    "2209-320681-89-01-604420",
    "水产品加工车间",
    "加工车间",
    "吕四港镇港城路8号",
    "lvsigang",
    (LVSI[0] - 900, LVSI[1] + 700),
)
MATERIALS = Project(
    "factory",
    "applicant",
    "2205-320681-89-01-705521",
    "新材料中试基地",
    "中试车间",
    "启东高新区灵峰路300号",
    "hightech_zone",
    (HIGHTECH[0] + 800, HIGHTECH[1] - 500),
)
VISITOR_STORE = Project(
    "factory",
    "coldchain",
    "2206-320681-89-01-806622",
    "滨海游客服务中心仓储楼",
    "仓储楼",
    "圆陀角旅游度假区海滨路1号",
    "yuantuojiao",
    YUANTUOJIAO,
)
TOOLS = Project(
    "factory",
    "applicant",
    "2210-320681-89-01-907723",
    "电动工具产业园标准厂房",
    "A区厂房",
    "北新镇工业集中区",
    "beixin",
    BEIXIN,
)
HARBOUR_STORE = Project(
    "factory",
    "coldchain",
    "2211-320681-89-01-108824",
    "渔港物资仓库",
    "1#仓库",
    "吕四港镇渔港路15号",
    "lvsigang",
    (LVSI[0] + 700, LVSI[1] - 600),
)
FOOD_MACHINES = Project(
    "factory",
    "applicant",
    "2212-320681-89-01-209925",
    "食品机械厂房",
    "主厂房",
    "南阳镇元祥村",
    "nanyang",
    (HUILONG[0] + 9800, HUILONG[1] - 4200),
)
CAR_PARTS = Project(
    "factory",
    "coldchain",
    "2302-320681-89-01-310026",
    "汽车零部件仓库",
    "仓库",
    "惠萍镇工业园",
    "huiping",
    (HUILONG[0] - 6200, HUILONG[1] + 3900),
)
SMART_PLANT = Project(
    "factory",
    "applicant",
    "2101-320681-89-01-556677",
    "启东智能装备厂房一期",
    "智能装备厂房一期",
    "启东经济开发区林洋路500号",
    "development_zone",
    ZONE,
)
CABLES = Project(
    "factory",
    "applicant",
    "2304-320681-89-01-411501",
    "海洋电缆附件厂房",
    "1#生产车间",
    "启东经济开发区林洋路620号",
    "development_zone",
    (ZONE[0] - 700, ZONE[1] + 900),
)
PHARMA = Project(
    "factory",
    "applicant",
    "2305-320681-89-01-411602",
    "生物医药中试车间",
    "中试车间",
    "启东高新区东方路18号",
    "hightech_zone",
    (HIGHTECH[0] - 900, HIGHTECH[1] + 1100),
)
FISH_MARKET = Project(
    "factory",
    "coldchain",
    "2306-320681-89-01-411703",
    "吕四港水产交易市场",
    "交易大厅",
    "吕四港镇鹤城路200号",
    "lvsigang",
    (LVSI[0] - 1500, LVSI[1] - 900),
)
DUMPLINGS = Project(
    "factory",
    "coldchain",
    "2307-320681-89-01-411804",
    "速冻食品生产车间",
    "生产车间",
    "吕四港镇兴港路36号",
    "lvsigang",
    (LVSI[0] - 2300, LVSI[1] + 300),
)
