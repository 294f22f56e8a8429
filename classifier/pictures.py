"""Figures of an evaluation as SVG: a confusion matrix, a reliability curve, a learning curve. Only strings."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

Point = tuple[float, float]

INK, PALE, LINE, DEEP = "#1f2933", "#6b7785", "#d5dce4", (46, 116, 168)
CELL, LEFT, TOP = 84, 130, 76
SIDE, EDGE = 320, 64
FEW = 5


def confusion(names: Sequence[str], counts: Sequence[Sequence[int]], title: str) -> str:
    """Rows are what was true, columns what was suggested; the deeper a cell the larger its share of the row."""
    size = CELL * len(names)
    drawn = [_words(LEFT + size / 2, 24, title, anchor="middle", weight="600")]
    for at, name in enumerate(names):
        middle = at * CELL + CELL / 2
        drawn.append(_words(LEFT + middle, TOP - 10, name, anchor="middle", colour=PALE))
        drawn.append(_words(LEFT - 10, TOP + middle + 4, name, anchor="end", colour=PALE))
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            share = count / max(sum(line), 1)
            drawn.append(_cell(LEFT + column * CELL, TOP + row * CELL, count, share))
    drawn.append(_words(LEFT + size / 2, TOP - 32, "suggested →", anchor="middle", colour=PALE))
    drawn.append(_words(LEFT - 10, TOP - 10, "true ↓", anchor="end", colour=PALE))
    return _picture(LEFT + size + 20, TOP + size + 20, title, drawn)


def _cell(x: float, y: float, count: int, share: float) -> str:
    colour = "#" + "".join(f"{round(255 - (255 - deep) * 0.75 * share):02x}" for deep in DEEP)
    box = f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" stroke="{LINE}"/>'
    middle = x + CELL / 2
    return (
        box
        + _words(middle, y + CELL / 2, str(count), anchor="middle", weight="600")
        + _words(middle, y + CELL / 2 + 18, f"{share:.0%}", anchor="middle", colour=INK, size=11)
    )


def reliability(bins: Sequence[tuple[float, float, int]], title: str) -> str:
    """Confidence said against accuracy found; a dot grows with the number of texts. Best is on the diagonal."""
    most = max((count for _, _, count in bins), default=1)
    drawn = [*_frame(title, "confidence said", "accuracy found", [0, 0.25, 0.5, 0.75, 1], (0, 1))]
    drawn.append(_line([(0, 0), (1, 1)], (0, 1), LINE, dashed=True))
    # A handful of texts says nothing of accuracy: such a bin has its dot, but does not bend the line.
    drawn.append(_line([(said, found) for said, found, count in bins if count >= FEW], (0, 1), _deep()))
    for said, found, count in bins:
        x, y = _place((said, found), (0, 1))
        radius = 3 + 9 * (count / most) ** 0.5
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_deep()}" fill-opacity="0.35"/>'
        )
        drawn.append(_words(x + radius + 3, y + 12, str(count), colour=PALE, size=11))
    return _picture(SIDE + 2 * EDGE, SIDE + 2 * EDGE, title, drawn)


def learning(points: Sequence[Point], title: str) -> str:
    """A figure against the share of the corpus that was learnt from."""
    low = max(0.0, min((figure for _, figure in points), default=0.0) - 0.05) // 0.05 * 0.05
    limits = (low, 1.0)
    drawn = [*_frame(title, "share of the corpus", "macro-F1", [low, (low + 1) / 2, 1], limits)]
    drawn.append(_line(points, limits, _deep()))
    for point in points:
        x, y = _place(point, limits)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_deep()}"/>')
        drawn.append(_words(x, y - 10, f"{point[1]:.3f}", anchor="middle", size=11))
    return _picture(SIDE + 2 * EDGE, SIDE + 2 * EDGE, title, drawn)


def _frame(title: str, across: str, upward: str, ticks: Sequence[float], limits: Point) -> list[str]:
    drawn = [
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{LINE}"/>',
        _words(EDGE + SIDE / 2, 30, title, anchor="middle", weight="600"),
        _words(EDGE + SIDE / 2, EDGE + SIDE + 40, across, anchor="middle", colour=PALE),
        _words(EDGE, EDGE - 10, upward, colour=PALE),
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, _ = _place((tick, limits[0]), limits)
        drawn.append(_words(x, EDGE + SIDE + 18, f"{tick:.0%}", anchor="middle", colour=PALE, size=11))
    for tick in ticks:
        _, y = _place((0, tick), limits)
        drawn.append(_words(EDGE - 8, y + 4, f"{tick:.2f}", anchor="end", colour=PALE, size=11))
    return drawn


def _place(point: Point, limits: Point) -> Point:
    low, high = limits
    return EDGE + point[0] * SIDE, EDGE + SIDE - (point[1] - low) / (high - low) * SIDE


def _line(points: Sequence[Point], limits: Point, colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(point, limits) for point in points))
    dashes = ' stroke-dasharray="5 5"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _words(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    colour: str = INK,
    weight: str = "400",
    size: int = 13,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"'
        f' font-weight="{weight}">{escape(words)}</text>'
    )


def _deep() -> str:
    return "#" + "".join(f"{part:02x}" for part in DEEP)


def _picture(width: float, height: float, title: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" font-family="sans-serif" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )
