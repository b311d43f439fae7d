"""The board is a fold that no order and no repetition changes, the same in Python and JavaScript.

A fixture is read as a story: facts in, board out. Fields of the board that hold their first value
are left out of the file.
"""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.ami.hearing import Hearing
from callcenter.ami.link import Message
from callcenter.api.board import CALLS, TICKETS, Board, apply, mask_fact
from callcenter.api.board_calls import UTTERANCES, mask
from callcenter.facts import (
    AnyFact,
    CallArrived,
    CallEnded,
    Line,
    PartialHeard,
    Side,
    TicketMoved,
    UtteranceHeard,
    read_fact,
)
from tests.folding import ConsoleBoard, check_folds
from tests.tapes import HERE, rows

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((ROOT / "tests" / "fixtures" / "board").glob("*.json"))
TAPES = sorted(HERE.glob("*.ami"))
EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)

Shown = AnyFact | PartialHeard


def story(path: Path) -> tuple[list[Shown], Board]:
    fixture = json.loads(path.read_text(encoding="utf-8"))
    return [shown(line) for line in fixture["facts"]], Board.model_validate(fixture["board"])


def shown(line: dict[str, Any]) -> Shown:
    if "partial" in line:
        return PartialHeard.model_validate(line)
    return read_fact(json.dumps(line))


def fold(facts: list[Shown]) -> Board:
    board = Board()
    for fact in facts:
        board = apply(board, fact)
    return board


def arrival(number: int) -> CallArrived:
    return CallArrived(
        call_id=f"n1-{number}",
        at=EIGHT + timedelta(seconds=number),
        line=Line.SERVICE,
        node="n1",
        caller_number="13800000001",
        caller_channel=f"PJSIP/trunk-{number}",
    )


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_facts_in_board_out(path: Path) -> None:
    facts, board = story(path)
    assert fold(facts) == board


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fact_applied_twice_changes_nothing(path: Path) -> None:
    facts, _ = story(path)
    board = Board()
    for fact in facts:
        board = apply(board, fact)
        assert apply(board, fact) == board


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_page_folds_as_the_server_does(path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here; tests/browser folds the same fixtures inside Chromium")
    command = [node, str(ROOT / "tests" / "browser" / "reduce.mjs"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == story(path)[1].model_dump(mode="json")


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_console_folds_as_the_server_does(path: Path, console: ConsoleBoard | None) -> None:
    if console is None:
        pytest.skip("the console's packages are not here: run setup/console test")
    facts, board = story(path)
    assert console.fold(None, facts) == board.model_dump(mode="json")
    twice = [fact for fact in facts for _ in range(2)]
    assert console.fold(None, twice) == board.model_dump(mode="json")


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_a_recorded_tape_folds_onto_the_board_of_each_quarter(
    path: Path, console: ConsoleBoard | None
) -> None:
    hearing = Hearing("n1")
    told = [
        mask_fact(fact)
        for message in rows(path.read_text(encoding="utf-8"))
        for fact in hearing.hear(Message(message))
    ]
    board = fold([*told])
    assert board.calls
    check_folds([*told], board, console)


@given(order=st.randoms(use_true_random=False), path=st.sampled_from(FIXTURES))
@settings(deadline=None)
def test_finished_words_and_moves_lead_to_one_board_in_any_order(order: Any, path: Path) -> None:
    facts = [fact for fact in story(path)[0] if not isinstance(fact, PartialHeard)]
    shuffled = list(facts)
    order.shuffle(shuffled)
    assert fold(shuffled) == fold(facts)


def test_the_caller_is_masked_before_anything_leaves() -> None:
    fact = arrival(1)
    assert isinstance(masked := mask_fact(fact), CallArrived)
    assert masked.caller_number == "138****0001"
    assert fold([fact]).calls["n1-1"].caller == "138****0001"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800000001", "138****0001"),
        ("+8613800000001", "+86****0001"),
        ("5620001", "****001"),
        ("110", "****"),
        ("", "****"),
        (None, None),
    ],
)
def test_masking_hides_the_middle_and_twice_changes_nothing(
    number: str | None, masked: str | None
) -> None:
    assert mask(number) == masked
    assert mask(masked) == masked


def test_old_calls_are_let_go_but_never_one_that_is_not_over() -> None:
    facts: list[Shown] = [arrival(0)]
    for number in range(1, CALLS + 10):
        facts += [arrival(number), CallEnded(call_id=f"n1-{number}", cause=16)]
    calls = fold(facts).calls
    assert len(calls) == CALLS + 1
    assert "n1-0" in calls
    assert "n1-1" not in calls
    assert f"n1-{CALLS + 9}" in calls


def test_old_tickets_are_let_go() -> None:
    facts: list[Shown] = [
        TicketMoved(
            ticket_number=f"{number}",
            at=EIGHT + timedelta(seconds=number),
            number=1,
            move="open",
            from_step=None,
            to_step="draft",
            actor="seat-01",
        )
        for number in range(TICKETS + 5)
    ]
    tickets = fold(facts).tickets
    assert len(tickets) == TICKETS
    assert "4" not in tickets


def test_a_long_call_keeps_its_newest_words() -> None:
    facts: list[Shown] = [
        UtteranceHeard(
            call_id="n1-1",
            side=Side.CITIZEN,
            source="live",
            index=index,
            start_ms=index * 1000,
            end_ms=index * 1000 + 900,
            text="嗯",
        )
        for index in range(UTTERANCES + 5)
    ]
    transcript = fold(facts).calls["n1-1"].transcript
    assert [transcript[0].index, transcript[-1].index] == [5, UTTERANCES + 4]
