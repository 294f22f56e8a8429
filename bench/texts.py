"""Complaints of about 200 characters, the same ones every time."""

import json
import random

from demo.texts import STORIES

LENGTH = 200


def texts(count: int, seed: int = 7) -> list[str]:
    """`count` different texts: what people in the demonstration town tell, put together and numbered."""
    dice = random.Random(seed)
    files = sorted(STORIES.glob("*.jsonl"))
    told = [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line
    ]
    bodies = [str(story["text"]) for story in told]
    made = []
    for number in range(count):
        text = dice.choice(bodies)
        while len(text) < LENGTH:
            text += dice.choice(bodies)
        made.append(f"{text[:LENGTH]}，合同编号{number}。")
    return made
