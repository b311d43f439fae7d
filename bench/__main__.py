"""`make bench`: every measurement, one after the other; each a ratio or a figure beside a limit."""

from bench import hotline_latency, speech_cpu


def main() -> int:
    """Run them all; the number that could not be measured."""
    print("Speech path")
    failed = speech_cpu.main()
    print("The whole hotline, one call over real SIP and RTP")
    failed += hotline_latency.main()
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
