"""What the benches say and do about processes."""

import multiprocessing
import os
import time

from bench.calls.processes import awake

PATIENCE_SECONDS = 30.0


def test_processors_are_kept_awake_by_who_stands_back_for_all_and_ends() -> None:
    with awake():
        keepers = multiprocessing.active_children()
        assert len(keepers) == len(os.sched_getaffinity(0))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(os.sched_getscheduler(one.pid or 0) != os.SCHED_IDLE for one in keepers):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert not any(one.is_alive() for one in keepers)
