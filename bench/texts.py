"""Complaints of about 200 characters, the same ones every time."""

import random
from datetime import date

from demo.texts import stories

LENGTH = 200
ON = date(2026, 11, 1)


def texts(count: int, seed: int = 7) -> list[str]:
    """`count` different texts: what people in the demonstration town tell, put together and numbered."""
    dice = random.Random(seed)
    bodies = [story.told(story.shops[0], ON) for story in stories(random.Random(seed)) if story.shops]
    made = []
    for number in range(count):
        text = dice.choice(bodies)
        while len(text) < LENGTH:
            text += dice.choice(bodies)
        made.append(f"{text[:LENGTH]}，合同编号{number}。")
    return made
