"""Contract: a worker is killed again and again; nothing is sent twice, nothing stuck, none lost.

The small form of `python -m bench.notices`.
"""

import pytest

from bench.notices import OWED, run


@pytest.mark.timeout(400)
async def test_a_worker_that_is_killed_leaves_no_trace(tmp_path, database_url):
    told = await run(tmp_path, database_url, tickets=3, seed=7)
    assert told.faults == []
    assert told.kills > 0
    assert told.moves == 3 * 8
    assert sum(told.states.values()) == 3 * OWED
