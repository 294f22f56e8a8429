"""Who lives and works in the town: officers for every office, mediators, merchants' people, a few consumers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.codes import DepartmentKind, Role
from models.organisations import Department, Merchant
from models.people import User

FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = [
    "建国",
    "秀英",
    "丽华",
    "志强",
    "海燕",
    "晓东",
    "雨桐",
    "子涵",
    "思远",
    "梦琪",
    "俊杰",
    "欣怡",
    "浩然",
    "诗涵",
    "立新",
    "春梅",
    "国栋",
    "桂芳",
    "永强",
    "玉兰",
    "晨曦",
    "嘉豪",
    "佳慧",
    "振华",
    "淑珍",
    "文博",
    "静怡",
    "天宇",
    "若溪",
    "明远",
    "红霞",
    "学军",
    "美玲",
    "宏伟",
    "婉清",
    "少华",
    "翠萍",
    "世杰",
    "雪梅",
    "一鸣",
]
CHINESE = ("zh_Hans", "zh_Hant")  # everybody who mediates here speaks it; what they speak besides:
LANGUAGES = (("en",), ("en", "fr"), ("en", "ja"), ("ko",), ("ru",), ("de", "en"), ("es", "en"), ("ar", "en"))
VISITORS = {
    "en": ("Hannah Okafor", "Daniel Reyes", "Priya Nair", "Tom Whitfield", "Aoife Byrne", "Grace Tan"),
    "ja": ("佐々木恵", "小林拓也", "中野麻衣"),
    "ko": ("김민지", "박준호", "이서연"),
    "ru": ("Анна Соколова", "Игорь Лебедев"),
    "fr": ("Camille Roux",),
    "de": ("Jonas Weber",),
    "es": ("Lucía Ortega",),
    "zh_Hant": ("陳怡君", "林志豪"),
}
FIRST_DOOR = ("market-chaoyang", Role.OFFICER)  # decides on complaints and on applications
DOMAIN = "demo.example"


@dataclass(frozen=True)
class SignIn:
    """One door into the town, to be printed."""

    role: Role
    email: str
    of: str
    is_special: bool = False  # printed beside the first door of its role


def name(dice: random.Random, language: str = "zh_Hans") -> str:
    """Somebody's name, as people who write `language` are called."""
    if language in VISITORS:
        return dice.choice(VISITORS[language])
    return dice.choice(FAMILY) + dice.choice(GIVEN)


def staff(session: Session, password_hash: str, dice: random.Random, *, now: datetime) -> list[SignIn]:
    """An officer and a supervisor for each office, with a telephone, two mediators for each panel, an administrator."""
    telephones(session)
    doors = []
    for department, role, number in _posts(session):
        email = f"{role}{number or ''}.{department.code}@{DOMAIN}"
        spoken = (*CHINESE, *dice.choice(LANGUAGES)) if role is Role.MEDIATOR else ()
        _add(session, email, name(dice), role, password_hash, now, department=department, languages=spoken)
        doors.append(SignIn(role, email, department.name_zh))
    _add(session, f"admin@{DOMAIN}", "系统管理员", Role.ADMIN, password_hash, now)
    return [*doors, SignIn(Role.ADMIN, f"admin@{DOMAIN}", "")]


def telephones(session: Session) -> None:
    """A number for each office that has none: of an exchange that does not exist."""
    silent = select(Department).where(Department.phone.is_(None)).order_by(Department.id)
    for number, office in enumerate(session.scalars(silent), start=1201):
        office.phone = f"010-0000 {number}"


def merchants_people(
    session: Session, merchants: Sequence[Merchant], password_hash: str, dice: random.Random, *, now: datetime
) -> list[SignIn]:
    """One person for each merchant in the green channel."""
    doors = []
    for number, merchant in enumerate((m for m in merchants if m.is_member), start=1):
        email = f"merchant{number}@{DOMAIN}"
        _add(session, email, name(dice), Role.MERCHANT, password_hash, now, merchant=merchant)
        doors.append(SignIn(Role.MERCHANT, email, merchant.name))
    return doors


def centres_manager(session: Session, centre: Merchant, password_hash: str, *, now: datetime) -> SignIn:
    """Who decides for the shopping centre on advance compensation."""
    email = f"centre@{DOMAIN}"
    _add(session, email, "程明远", Role.MERCHANT, password_hash, now, merchant=centre)
    return SignIn(Role.MERCHANT, email, centre.name, is_special=True)


def consumers(
    session: Session, password_hash: str, dice: random.Random, *, now: datetime
) -> tuple[list[User], list[SignIn]]:
    """A handful of consumers with accounts, one of them writing English."""
    people, doors = [], []
    for number in range(1, 9):
        email = f"consumer{number}@{DOMAIN}"
        locale = "en" if number == 8 else "zh_Hans_CN"
        shown = "Emma Laurent" if number == 8 else name(dice)
        people.append(_add(session, email, shown, Role.CONSUMER, password_hash, now, locale=locale))
        doors.append(SignIn(Role.CONSUMER, email, shown))
    return people, doors


def _posts(session: Session) -> list[tuple[Department, Role, int]]:
    """Every post of every office, the one to be shown first at the head."""
    departments = session.scalars(select(Department).order_by(Department.id))
    posts = [(department, *post) for department in departments for post in _posts_of(department)]
    return sorted(posts, key=lambda post: (post[0].code, post[1]) != FIRST_DOOR)


def _posts_of(department: Department) -> list[tuple[Role, int]]:
    if department.kind is DepartmentKind.MEDIATION_CENTRE:
        return [(Role.OFFICER, 0), (Role.MEDIATOR, 1), (Role.MEDIATOR, 2)]
    if department.level >= 4:
        return [(Role.OFFICER, 0), (Role.SUPERVISOR, 0)]
    return [(Role.OFFICER, 0)]


def _add(
    session: Session,
    email: str,
    shown: str,
    role: Role,
    password_hash: str,
    now: datetime,
    *,
    department: Department | None = None,
    merchant: Merchant | None = None,
    languages: Sequence[str] = (),
    locale: str = "zh_Hans_CN",
) -> User:
    user = User(
        email=email,
        name=shown,
        role=role,
        password_hash=password_hash,
        department=department,
        merchant=merchant,
        languages=list(languages),
        locale=locale,
        created_at=now,
    )
    session.add(user)
    return user
