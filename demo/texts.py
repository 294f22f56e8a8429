"""What people in the town say: complaints from a file, and the short words of merchants and officers."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.codes import Hazard, Industry, Issue, Remedy

STORIES = Path(__file__).resolve().parent / "stories.jsonl"

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
MISSING = "请补充购买凭证或付款记录，以及与商家沟通的截图。"
SUPPLEMENT = "付款截图和聊天记录已补充上传。"
REFUSAL = (
    "经核查，双方争议已由人民法院受理，依据规定不予受理。您仍可以：与经营者协商和解；请求消费者协会调解；"
    "向有关行政部门投诉；依据仲裁协议提请仲裁；向人民法院提起诉讼。"
)
TERMINATION = "双方意见差距过大，经两次调解仍未达成一致，终止调解。"
APPRAISAL = "双方同意委托第三方机构对商品质量进行检测，检测期间不计入调解期限。"


@dataclass(frozen=True)
class Story:
    """One complaint as somebody would write it, with what it asks for."""

    text: str
    industry: Industry
    issue: Issue
    remedies: Sequence[Remedy]
    amount: int | None
    language: str = "zh_Hans"
    hazards: Sequence[Hazard] = ()


def stories(dice: random.Random) -> list[Story]:
    """Every story of the file, in an order of its own."""
    found = [_story(json.loads(line)) for line in STORIES.read_text(encoding="utf-8").splitlines() if line]
    dice.shuffle(found)
    return found


def _story(row: dict) -> Story:
    return Story(
        text=row["text"],
        industry=Industry(row["industry"]),
        issue=Issue(row["issue"]),
        remedies=[Remedy(code) for code in row["remedies"]],
        amount=row.get("amount"),
        language=row.get("language", "zh_Hans"),
        hazards=[Hazard(code) for code in row.get("hazards", ())],
    )
