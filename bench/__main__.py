"""python -m bench [SCENARIO ...] [--size N] [--rounds N]: measure, print and keep the figures."""

import argparse
import importlib

from bench.report import Report
from bench.stage import stage

SCENARIOS = {
    "s1": "bench.s1_intake",
    "s3": "bench.s3_sweep",
    "s4": "bench.s4_lists",
    "s5": "bench.s5_search",
    "s7": "bench.s7_classification",
    "s8": "bench.s8_queue",
    "s9": "bench.s9_import",
}
ONE_SIZE = {"s7", "s8"}  # what they measure does not depend on what is stored
SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; all of them"
    )
    parser.add_argument(
        "--size", type=int, action="append", help="complaints in the database; may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    unknown = set(options.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    report = Report()
    with stage() as measured:
        for name in options.scenarios or SCENARIOS:
            scenario = importlib.import_module(SCENARIOS[name])
            for size in (options.size or SIZES)[: 1 if name in ONE_SIZE else None]:
                scenario.run(measured, size, options.rounds, report)
    report.console.print(f"Kept in {report.finish(rounds=options.rounds)}")


if __name__ == "__main__":
    main()
