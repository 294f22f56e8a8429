"""What people in the town say: complaints from files, and the short words of merchants and officers.

The complaints were written for the town alone. None is among the texts the classifier learns from, so that what it says
of them is what it would say of anybody's.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from complaints.acceptance import Refusal
from models.codes import Hazard, Industry, Issue, RefusalGround, Remedy

STORIES = Path(__file__).resolve().parent / "stories"  # a file an industry

OFFERS = (
    "给您添麻烦了，我们先把钱退回原支付账户，并请店长当面道歉。",
    "核实后确实是我们的疏忽，愿意退还部分费用，剩余服务免费补做一次。",
    "愿意退款，请提供收款账户，三个工作日内到账。",
    "我们可以重新安排一位更有经验的师傅上门，并退还本次服务费的一半。",
    "商品可以退回检测，运费由我们承担，先行退还货款。",
    "卡内余额按实际消费折算后退还，不收手续费。",
)
COUNTERS = (
    "只退一部分我不能接受，请按实付金额全退。",
    "可以不要道歉，但是钱要全额退，而且这周之内。",
    "我已经等了很久，希望按我提出的金额处理。",
)
DISPUTES = (
    "当天监控和点单记录显示菜品与菜单一致，附上照片和小票，请核对。",
    "合同第六条约定了折算方式，消费者已使用三分之二的课时，附签到记录。",
    "快递签收时外包装完好，本人签收记录和称重数据见附件。",
)
PROOF = "已通过原支付渠道退款，流水号见附件，消费者可在账单中查到。"
SORTED = "按投诉内容，应由该行业的承办单位处理。"
MISSING = "请补充购买凭证或付款记录，以及与商家沟通的截图。"
SUPPLEMENT = "付款截图和聊天记录已补充上传。"
REFUSAL = Refusal(
    RefusalGround.HANDLED_ELSEWHERE,
    "经核查，双方争议已由人民法院受理，依据规定不予受理。",
    "您仍可以：与经营者协商和解；请求消费者协会调解；向有关行政部门投诉；依据仲裁协议提请仲裁；向人民法院提起诉讼。",
)
TERMINATION = "双方意见差距过大，经两次调解仍未达成一致，终止调解。"
APPRAISAL = "双方同意委托第三方机构对商品质量进行检测，检测期间不计入调解期限。"


@dataclass(frozen=True)
class Story:
    """One complaint as somebody would write it about one of `shops`, with what it asks for. `amount` is in fen."""

    words: str
    industry: Industry
    issue: Issue
    remedies: Sequence[Remedy]
    shops: Sequence[str]
    details: Mapping[str, Any] = field(default_factory=dict)
    language: str = "zh_Hans"
    hazards: Sequence[Hazard] = ()
    departs_in_days: int | None = None

    @property
    def amount(self) -> int | None:
        yuan = self.details.get("amount")
        return None if yuan is None else round(yuan * 100)

    def told(self, shop: str, on: date) -> str:
        """The complaint in full, about `shop` and what happened there on a day."""
        return self.words.format_map({**self.details, "shop": shop, "on": f"{on.month}月{on.day}日"})


def stories(dice: random.Random) -> list[Story]:
    """Every story of the files with each of its details, in an order of its own."""
    found = [story for path in sorted(STORIES.glob("*.jsonl")) for story in _stories(path)]
    dice.shuffle(found)
    return found


def _stories(path: Path) -> Iterator[Story]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for details in row.get("vary", [{}]):
            yield Story(
                words=row["text"],
                industry=Industry(path.stem),
                issue=Issue(row["issue"]),
                remedies=[Remedy(code) for code in row["remedies"]],
                shops=row["shops"],
                details=details,
                language=row.get("language", "zh_Hans"),
                hazards=[Hazard(code) for code in row.get("hazards", ())],
                departs_in_days=row.get("departs_in_days"),
            )
