"""How long one writer waits among others in SQLite: in line, as our store has it, and polling.

`python -m bench.writers` writes as the line does, a short transaction now and then, while other
threads of the process have longer ones: through `Store.transaction`, then through SQLAlchemy
alone, where each writer looks for its turn by SQLite's busy handler (docs/decisions/0083).
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from callcenter.store import Store
from callcenter.store.engines import open_engine

SECONDS = 8.0  # of each measurement
LINE_SECONDS, LINE_REST_SECONDS = 0.005, 0.07  # a transaction of the line, and between two
OTHER_SECONDS = 0.02  # a transaction of the others, of whom each rests as LOADS says
LOADS = ((2, 0.05), (4, 0.05), (4, 0.01))  # how many others -> how many seconds each rests

Begin = Callable[[], AbstractContextManager[Connection | Session]]


def _write(begin: Begin, seconds: float) -> None:
    with begin() as connection:
        connection.execute(text("INSERT INTO waited VALUES (1)"))
        time.sleep(seconds)


def waits(begin: Begin, others: int, rest_seconds: float) -> list[float]:
    """Seconds that each transaction of the line took, beside so many other writers."""
    over, took = threading.Event(), list[float]()

    def other() -> None:
        while not over.wait(rest_seconds):
            _write(begin, OTHER_SECONDS)

    threads = [threading.Thread(target=other) for _ in range(others)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        began = time.monotonic()
        _write(begin, LINE_SECONDS)
        took.append(time.monotonic() - began)
        time.sleep(LINE_REST_SECONDS)
    over.set()
    for thread in threads:
        thread.join()
    return took


def main() -> None:
    """Measure in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="writers-") as folder:
        store = Store(f"sqlite:///{Path(folder)}/callcenter.db")
        store.prepare()
        with store.transaction() as session:
            session.connection().execute(text("CREATE TABLE waited (n INTEGER)"))
        polling = open_engine(store.url).execution_options(writing=True)
        for others, rest in LOADS:
            print(f"{others} other writers, {rest * 1000:.0f} ms between two transactions of each")
            for name, begin in (("in line", store.transaction), ("polling", polling.begin)):
                took = waits(begin, others, rest)
                p95 = statistics.quantiles(took, n=20)[-1]
                print(
                    f"  {name}  median {statistics.median(took) * 1000:5.0f} ms"
                    f"  p95 {p95 * 1000:5.0f} ms  longest {max(took) * 1000:5.0f} ms"
                )
        polling.dispose()
        store.close()


if __name__ == "__main__":
    main()
