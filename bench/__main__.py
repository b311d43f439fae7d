"""`make bench`: every measurement, one after the other; each a ratio or a figure beside a limit."""

from bench import (
    classify_cost,
    evaluation,
    hotline_latency,
    locating,
    numbers,
    point_to_cell,
    speech_cpu,
)


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
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
