"""The shops of the town: invented names, real-looking licence numbers, most of them in the green channel."""

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints import membership
from complaints import merchants as register
from complaints.membership import Candidate
from models.codes import Industry, Membership
from models.organisations import Merchant
from web import districts, pinyin

SHOPS: dict[Industry, tuple[tuple[str, str], ...]] = {
    Industry.HOUSEKEEPING: (
        ("安心到家家政服务有限公司", "Anxin Home Services"),
        ("巧手阿姨家庭服务中心", "Deft Hands Family Services"),
        ("蓝桥月嫂护理有限公司", "Blue Bridge Maternity Care"),
        ("净界深度保洁有限公司", "Clear Realm Deep Cleaning"),
        ("四季搬家运输有限公司", "Four Seasons Movers"),
        ("快修师傅上门维修平台", "Quick Fixer Home Repair"),
        ("暖阳居家养老服务站", "Warm Sun Home Elder Care"),
    ),
    Industry.CATERING: (
        ("老城根炸酱面馆", "Old City Wall Noodle House"),
        ("蜀香九宫格火锅店", "Nine-Grid Sichuan Hot Pot"),
        ("鲜鱼口海鲜酒楼", "Fresh Fish Lane Seafood"),
        ("青禾轻食沙拉", "Green Grain Light Meals"),
        ("团圆里烤鸭店", "Reunion Roast Duck"),
        ("茶屿手作奶茶", "Tea Islet Milk Tea"),
        ("云上西餐厅", "On the Clouds Bistro"),
        ("巷口包子铺", "Alley Mouth Bun Shop"),
        ("麦田里烘焙坊", "In the Wheat Bakery"),
    ),
    Industry.PREPAID_CARD: (
        ("动域健身俱乐部", "Motion Field Gym"),
        ("莲心瑜伽生活馆", "Lotus Heart Yoga"),
        ("海豚湾游泳馆", "Dolphin Bay Swimming"),
        ("剪影造型美发", "Silhouette Hair"),
        ("花漾皮肤管理中心", "Blossom Skin Care"),
        ("童梦早教中心", "Child Dream Early Learning"),
        ("博远课外辅导学校", "Boyuan Tutoring"),
        ("星跃舞蹈艺术中心", "Star Leap Dance"),
        ("车洁士汽车美容", "Car Valet"),
        ("乐方儿童乐园", "Happy Square Play Centre"),
    ),
    Industry.ECOMMERCE: (
        ("优品汇网络商城", "Youpin Online Mall"),
        ("果然鲜生鲜电商", "Guoran Fresh Groceries"),
        ("万家电器旗舰店", "Wanjia Appliances Store"),
        ("拾光二手交易平台", "Shiguang Second-hand"),
        ("小鹿直播严选", "Fawn Live Select"),
        ("海客跨境优选", "Haike Cross-border"),
        ("迅达同城快递", "Xunda City Couriers"),
        ("棉语服饰网店", "Cotton Talk Clothing"),
    ),
    Industry.OTHER: (
        ("锦程国际旅行社", "Jincheng International Travel"),
        ("悦栖酒店", "Yueqi Hotel"),
        ("宏图数码广场", "Hongtu Digital Plaza"),
        ("洁衣坊干洗店", "Jieyi Dry Cleaning"),
        ("安居房屋经纪有限公司", "Settled Homes Agency"),
        ("皓白口腔门诊部", "Bright White Dental"),
        ("通达驾驶学校", "Thoroughfare Driving School"),
        ("京畅出租汽车有限公司", "Free Flow Taxis"),
        ("明轩装饰工程有限公司", "Light Eaves Interiors"),
        ("云桥通信营业厅", "Cloud Bridge Telecom"),
    ),
}
OPENED = timedelta(days=400)
JOINING_DISTRICT = "chaoyang"


def open_shops(session: Session, dice: random.Random, *, now: datetime) -> list[Merchant]:
    """Add every shop of the town; three quarters of them are in the green channel, half of those pledge to pay first."""
    shops = []
    for industry, names in SHOPS.items():
        for number, (name, name_en) in enumerate(names):
            shops.append(_shop(dice, industry, name, name_en, number % 4 != 3, now))
    session.add_all(shops)
    return shops


def ask_to_join(session: Session, shops: list[Merchant], dice: random.Random, *, now: datetime) -> None:
    """Two applications that wait for the same office: a plain one, and one under a licence that names another shop."""
    known = next(shop for shop in shops if not shop.is_member and shop.industry is Industry.PREPAID_CARD)
    plain = Candidate(
        licence_no=licence(dice),
        name="晨光里社区食堂",
        industry=Industry.CATERING,
        district=JOINING_DISTRICT,
        address="东里小区12号楼底商",
        phone="010-5550 2316",
        contact_name="谭玉兰",
        contact_email="tanyulan@chenguangli.example",
        locale="zh_Hans_CN",
        pledges_compensation=True,
        compensation_limit=200_000,
    )
    doubtful = Candidate(
        licence_no=known.licence_no or "",
        name="环球国际教育集团（总部）",
        industry=Industry.PREPAID_CARD,
        district=JOINING_DISTRICT,
        address="商务楼B座1806室（联合办公）",
        phone="13900001806",
        contact_name="招生老师",
        contact_email="vip1806@mail.example",
        locale="zh_Hans_CN",
    )
    membership.apply(session, plain, now=now - timedelta(days=1, hours=5))
    membership.apply(session, doubtful, now=now - timedelta(days=3, hours=2))


def licence(dice: random.Random) -> str:
    """A licence number whose last sign checks the others, from a range that belongs to nobody."""
    body = "91110000MA" + "".join(dice.choice(register.LICENCE_SIGNS) for _ in range(7))
    return next(body + sign for sign in register.LICENCE_SIGNS if register.is_licence_no(body + sign))


def _shop(
    dice: random.Random, industry: Industry, name: str, name_en: str, is_member: bool, now: datetime
) -> Merchant:
    # A quarter of the town does business where the officer works who is shown first.
    district = JOINING_DISTRICT if dice.random() < 0.25 else dice.choice(list(districts.NAMES))
    pledges = is_member and dice.random() < 0.5
    shop = Merchant(
        licence_no=licence(dice),
        name=name,
        name_en=name_en,
        industry=industry,
        district=district,
        address=f"和平路{dice.randint(1, 280)}号",
        phone=f"010-5550{dice.randint(1000, 9999)}",
        membership=Membership.MEMBER if is_member else Membership.NONE,
        pledged_at=now - OPENED if is_member else None,
        pledges_compensation=pledges,
        compensation_limit=dice.choice([200_000, 500_000, 1_000_000]) if pledges else None,
        instant_pay_limit=dice.choice([20_000, 50_000, 100_000]),
        created_at=now - OPENED,
    )
    register.make_findable(shop, pinyin.readings(name))
    return shop
