"""Figures in spite of noise: contestants take turns in a rotated order, and ratios are taken inside each round."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter

import psutil

Slice = Callable[[], dict[str, float]]


@dataclass
class Figures:
    """What each contestant measured, round by round."""

    rounds: dict[str, list[dict[str, float]]] = field(default_factory=lambda: defaultdict(list))

    def series(self, who: str, what: str) -> list[float]:
        return [measured[what] for measured in self.rounds[who] if what in measured]

    def ratio(self, who: str, ruler: str, what: str) -> list[float]:
        pairs = zip(self.series(who, what), self.series(ruler, what), strict=True)
        return [one / other for one, other in pairs if other]


def take_turns(contestants: dict[str, Slice], rounds: int) -> Figures:
    """Run a slice of each in every round; the first of one round is the last of the next."""
    figures = Figures()
    names = list(contestants)
    for turn in range(rounds):
        first = turn % len(names)
        for name in [*names[first:], *names[:first]]:
            figures.rounds[name].append(contestants[name]())
    return figures


def spread(values: list[float], digits: int = 2) -> str:
    """Median [least..most]."""
    if not values:
        return "-"
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}..{max(values):.{digits}f}]"


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def tree_cpu(pid: int) -> float:
    """CPU seconds used so far by a process and all below it."""
    root = psutil.Process(pid)
    used = 0.0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.Error):
            used += sum(process.cpu_times()[:4])
    return used


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    start = perf_counter()
    yield lambda: perf_counter() - start
