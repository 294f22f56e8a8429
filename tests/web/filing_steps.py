"""The filing form filled in, step by step, for tests that are about something else."""

import io

from PIL import Image

WHAT = {
    "body": "昨天中午在面馆吃面，面里有钢丝球，要求退款，老板不肯。",
    "industry": "catering",
    "issue": "food_safety",
}
WHOM = {"merchant_name": "无名面馆", "merchant_address": "东直门内大街5号", "district": "dongcheng"}
ASK = {"remedies": ["refund", "apology"], "amount": "1,280.50", "currency": "CNY", "order_no": "A-17"}
CONTACT = {
    "name": "张小明",
    "phone": "138 0013 8000",
    "email": "reader@people.example",
    "locale": "zh_Hans_CN",
    "is_honest": "1",
}
STEPS = {"what": WHAT, "whom": WHOM, "ask": ASK, "contact": CONTACT}


def fill(client, step, **values):
    """Send one step with what the steps above hold and what `values` change; None leaves a field out."""
    given = {name: value for name, value in {**STEPS[step], **values}.items() if value is not None}
    return client.post(f"/complaints/new/{step}", data=given)


def fill_all(client, **changes):
    """Every step up to the check. `changes` are by step: whom={"merchant_id": 3}."""
    for step in STEPS:
        answer = fill(client, step, **changes.get(step, {}))
        assert answer.status_code == 303, answer.text


def send(client):
    return client.post("/complaints/new/check")


def a_photograph(name="photo.jpg", colour="orange"):
    out = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(out, "JPEG")
    out.seek(0)
    return out, name


def upload(client, *files, url="/complaints/new/evidence", **fields):
    return client.post(url, data={"files": list(files), **fields}, content_type="multipart/form-data")
