"""`make bench-calls`: ledger runs on real Asterisk; exit code 1 where any figure differs.

python -m bench.calls --calls 500 --seed 1 --fault none ami kill restart
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bench.calls.compare import OFF_SECONDS, table
from bench.calls.run import FAULTS, Outcome, run


def main() -> int:
    """Run what the command line says; how many runs were not equal, at most 1."""
    asked = _parser().parse_args()
    wrong = 0
    for fault in asked.fault:
        print(f"\n== {asked.calls} calls, seed {asked.seed}, fault: {fault}")
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="calls-") as folder:
            outcome = asyncio.run(run(asked.calls, asked.seed, fault, asked.keep or Path(folder)))
        wrong += _report(outcome)
        print(f"{time.monotonic() - began:.0f} s")
    return min(wrong, 1)


def _report(outcome: Outcome) -> int:
    """Print the table and every call that differs; how many figures and calls do."""
    wrong = table(outcome.figures, print)
    print(f"times may differ by {OFF_SECONDS} s a call: Asterisk tells whole seconds")
    for one in outcome.differences:
        print(
            f"DIFFERS {one.call_id or '(unknown)'} of {one.number}: {one.field}: "
            f"ours {one.ours}, ledger {one.ledger}"
        )
    cut = sum(entry.cut for entry in outcome.ledger)
    print(f"{wrong} figures and {len(outcome.differences)} calls' fields differ; {cut} calls cut")
    passed_on = sum(part.passed_on for entry in outcome.ledger for part in entry.parts)
    back = sum(len(entry.rung_back) for entry in outcome.ledger)
    print(f"{passed_on} transfers, {back} citizens rung back in the mix")
    return wrong + len(outcome.differences)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", nargs="+", choices=list(FAULTS), default=["none"])
    parser.add_argument("--keep", type=Path, help="a folder for logs and database, kept")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
