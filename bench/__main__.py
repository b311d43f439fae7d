"""`make bench`: every measurement, one after the other; each a ratio or a figure beside a limit.

Long ones run with little here; what they print names how to run them whole.
"""

import bench.tickets.__main__ as tickets
from bench import (
    answers,
    classify_cost,
    evaluation,
    hotline_latency,
    locating,
    notices,
    numbers,
    point_to_cell,
    speech_cpu,
)

TICKETS = 10_000
ASKED = 3  # questions to each route
KILLED = ["--tickets", "12"]


def main() -> int:
    """Run them all; how many marks were missed or could not be measured."""
    print("Speech path")
    failed = speech_cpu.main()
    print("The whole hotline, one call over real SIP and RTP")
    failed += hotline_latency.main()
    print("What understanding costs; how well it understands: python -m bench.understanding")
    for measurement in (classify_cost, locating, point_to_cell):
        failed += measurement.main()
    print("Figures of lines and seats")
    failed += numbers.main()
    print("Figures of tickets")
    failed += evaluation.main()
    print("Tickets against bare SQL; a million: python -m bench.tickets --tickets 1000000")
    failed += tickets.measured(None, TICKETS)
    print("Every route asked; more of each: python -m bench.answers 50")
    failed += answers.main(ASKED)
    print("Moves and notices under kill -9; a thousand moves: python -m bench.notices")
    failed += notices.main(KILLED)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
