"""Figures about the classifier, and when they call for somebody: plain arithmetic over what was counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from complaints.readings import Cell, Vocabulary, Words
from models.codes import Industry

PERIOD = 4  # weeks, held against the four before
LEAST = 100  # complaints in a period, from where its figures say something
LEAST_COMPARED = (
    400  # the same where two periods are compared: the shares of two hundred differ by chance alone
)
LEAST_DECIDED = 30
MOST_LEFT = 0.25  # to people
LEAST_RIGHT = 0.92  # of what was routed without one
LEAST_RIGHT_IN_ONE = 0.80  # the same of a single industry
MOST_SHIFT = 0.10
MOST_STRANGE = 0.05  # unknown words beyond the usual share
LEAST_SEEN = 0.95  # of the emergencies that officers named
LEAST_EMERGENCIES = 20
MOST_PAIRS = 8


class Sign(StrEnum):
    """What somebody should look at."""

    OVERLOOKS = "overlooks"
    ABSTAINS = "abstains"
    ERRS = "errs"
    ERRS_IN_ONE = "errs_in_one"
    SHIFTS = "shifts"
    STRANGE_WORDS = "strange_words"


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """None of none is no share."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Alert:
    """A figure beyond its bound."""

    sign: Sign
    value: float
    bound: float
    industry: Industry | None = None


def of_weeks(cells: Iterable[Cell], first: int, count: int = PERIOD) -> list[Cell]:
    """The cells of `count` weeks from `first` weeks ago backwards."""
    return [cell for cell in cells if first <= cell.weeks_ago < first + count]


def right(cells: Iterable[Cell], industry: Industry | None = None) -> Share:
    """Of what was routed without a person and has been decided (as `industry`): how much was read as it was decided."""
    judged = [
        cell
        for cell in cells
        if not cell.abstained and cell.decided is not None and industry in {None, cell.decided}
    ]
    return _share(judged, [cell for cell in judged if cell.said is cell.decided])


def guessed(cells: Iterable[Cell]) -> Share:
    """Of what was left to people and has been decided: how much had the right first guess."""
    judged = [cell for cell in cells if cell.abstained and None not in {cell.said, cell.decided}]
    return _share(judged, [cell for cell in judged if cell.said is cell.decided])


def left_to_people(cells: Sequence[Cell]) -> Share:
    """How much the classifier would not decide."""
    return _share(cells, [cell for cell in cells if cell.abstained])


def by_industry(cells: Sequence[Cell]) -> dict[Industry, Share]:
    """What there was of each industry, as people decided, and as it was read where they have not."""
    counts: Counter[Industry] = Counter()
    for cell in cells:
        known = cell.decided or cell.said
        if known is not None:
            counts[known] += cell.complaints
    return {industry: Share(counts[industry], counts.total()) for industry in Industry}


def shift(now: Sequence[Cell], before: Sequence[Cell]) -> float | None:
    """What share of complaints belongs to other industries than before; None while there are too few to say."""
    pairs = list(zip(by_industry(now).values(), by_industry(before).values(), strict=True))
    if any(share.whole < LEAST_COMPARED for pair in pairs for share in pair):
        return None
    return sum(abs(_value(new) - _value(old)) for new, old in pairs) / 2


def confused(cells: Iterable[Cell]) -> list[tuple[Industry, Industry, int]]:
    """What is most often read as one thing and decided as another: said, decided, how often."""
    counts: Counter[tuple[Industry, Industry]] = Counter()
    for cell in cells:
        if cell.said is not None and cell.decided not in {None, cell.said}:
            counts[cell.said, cell.decided] += cell.complaints
    return [(said, decided, count) for (said, decided), count in counts.most_common(MOST_PAIRS)]


def seen(words: Words) -> Share:
    """Of the emergencies that officers named: how many had been read as such."""
    return Share(words.seen, words.emergencies)


def alerts(cells: Sequence[Cell], vocabulary: Sequence[Vocabulary], words: Words) -> list[Alert]:
    """Everything that is beyond its bound, the gravest first: in the last PERIOD, and in what officers said of danger."""
    now, before = of_weeks(cells, 0), of_weeks(cells, PERIOD)
    found = [_below(Sign.OVERLOOKS, seen(words), LEAST_SEEN, least=LEAST_EMERGENCIES)]
    found += [_below(Sign.ERRS, right(now), LEAST_RIGHT)]
    found += [
        _below(Sign.ERRS_IN_ONE, right(now, industry), LEAST_RIGHT_IN_ONE, industry, least=LEAST_DECIDED)
        for industry in Industry
    ]
    left, moved = left_to_people(now), shift(now, before)
    if left.whole >= LEAST and _value(left) > MOST_LEFT:
        found.append(Alert(Sign.ABSTAINS, _value(left), MOST_LEFT))
    if moved is not None and moved > MOST_SHIFT:
        found.append(Alert(Sign.SHIFTS, moved, MOST_SHIFT))
    strange, usual = strange_words(vocabulary)
    if strange is not None and strange > usual + MOST_STRANGE:
        found.append(Alert(Sign.STRANGE_WORDS, strange, usual + MOST_STRANGE))
    return [alert for alert in found if alert is not None]


def strange_words(vocabulary: Sequence[Vocabulary]) -> tuple[float | None, float]:
    """The share of unknown words in the last PERIOD, None while too few texts were read, and the usual one."""
    recent = [week for week in vocabulary if week.weeks_ago < PERIOD]
    texts, words = sum(week.texts for week in recent), sum(week.words for week in recent)
    if texts < LEAST or not words:
        return None, recent[0].usual if recent else 0.0
    return sum(week.unknown for week in recent) / words, recent[0].usual


def _below(
    sign: Sign, share: Share, bound: float, industry: Industry | None = None, *, least: int = LEAST
) -> Alert | None:
    is_alarming = share.whole >= least and _value(share) < bound
    return Alert(sign, _value(share), bound, industry) if is_alarming else None


def _share(whole: Iterable[Cell], part: Iterable[Cell]) -> Share:
    return Share(sum(cell.complaints for cell in part), sum(cell.complaints for cell in whole))


def _value(share: Share) -> float:
    return share.value or 0.0
