"""Category: each figure of the ticket side, from a history that reads like a case."""

import pytest

from callcenter.tickets.evaluation.table import FIGURES
from callcenter.tickets.steps import Move
from tests.histories import AHistory, figures, list_behind, table, wanted

A, B, C = "U1001", "U1002", "U1003"


def sent(number: str = "1", at: float = 0, unit: str = A, **more: object) -> AHistory:
    """Opened, filed and dispatched, an hour apart, with 48 h to report."""
    ticket = AHistory(number, **more).then(at, "open", by="seat-01").then(at + 1, "file")
    return ticket.then(at + 2, "dispatch", unit, by="pipeline")


def told(
    ticket: AHistory | list[AHistory], *names: str, **want: object
) -> tuple[float | None, ...]:
    tickets = ticket if isinstance(ticket, list) else [ticket]
    found = figures(tickets, wanted(**want))
    return tuple(found[name] for name in names)


def test_a_case_that_goes_well_stands_in_every_list_of_its_way():
    ticket = sent().then(5, "accept").then(20, "report").then(22, "verify").then(30, "close")
    ticket.rated(30, 1)
    found = figures([ticket])
    ones = {name for name, value in found.items() if value == 1}
    assert ones >= {
        "opened", "taken", "filed", "filed_rightly", "to_dispatch", "dispatched",
        "dispatched_in_time", "dispatched_rightly", "sent", "responded_in_time", "to_handle",
        "handled", "handled_in_time", "to_verify", "verified", "verified_in_time", "to_close",
        "closed", "closed_in_time", "called_back", "very_satisfied", "solved", "handled_rate",
        "response_rate", "satisfaction_rate", "solution_rate",
    }  # fmt: skip
    assert (found["mean_taking"], found["mean_handling"]) == (3600, 18 * 3600)
    assert found["rework_rate"] == found["extension_rate"] == found["answered_rate"] == 0
    assert found["unhandled"] == found["unclosed"] == 0


def test_nothing_divided_by_nothing_is_no_figure():
    found = figures([])
    assert {name for name, value in found.items() if value is None} == {
        name for name, figure in FIGURES.items() if figure.kind != "count"
    }


def test_what_is_owed_at_the_end_is_owed_in_every_later_month_until_it_is_done():
    late = sent().then(5, "accept").then(800, "report")
    assert told(late, "to_handle", "handled", "unhandled", "unhandled_overdue") == (1, 0, 1, 1)
    november = {"since": 744, "until": 1464}
    assert told(late, "to_handle", "handled", "handled_late", "unhandled", **november) == (
        1, 1, 1, 0,
    )  # fmt: skip
    december = {"since": 1464, "until": 2208}
    assert told(late, "to_handle", "unhandled", **december) == (0, 0)


def test_a_deadline_that_is_still_to_come_is_not_owed_yet():
    fresh = sent(at=740)
    assert told(fresh, "to_handle", "unhandled", "unhandled_overdue") == (0, 1, 0)
    assert told(fresh, "handled_rate") == (None,)


def test_the_deadline_itself_is_in_time():
    ticket = sent().then(5, "accept")
    assert told(ticket.then(50, "report"), "handled_in_time", "handled_late") == (1, 0)
    other = sent().then(5, "accept").then(50.001, "report")
    assert told(other, "handled_in_time", "handled_late") == (0, 1)


def test_what_was_passed_on_counts_for_whoever_reports_it():
    ticket = sent().then(5, "accept").then(10, "forward", B).then(12, "accept").then(20, "report")
    by_unit = table([ticket], wanted(by="unit"))
    assert (by_unit[A]["to_handle"], by_unit[B]["to_handle"]) == (0, 1)
    assert (by_unit[A]["forwarded"], by_unit[B]["forwarded"]) == (1, 0)
    assert (by_unit[A]["dispatched"], by_unit[A]["dispatched_rightly"]) == (1, 0)
    assert by_unit[B]["mean_handling"] == 10 * 3600


def test_who_passes_on_too_late_has_owed_it():
    ticket = sent().then(5, "accept").then(60, "escalate", B).then(70, "accept")
    by_unit = table([ticket], wanted(by="unit", until=80))
    assert by_unit[A]["passed_on_late"] == by_unit[A]["to_handle"] == 1
    assert by_unit[A]["handled_rate"] == 0
    assert (by_unit[B]["to_handle"], by_unit[B]["unhandled"]) == (0, 1)
    assert by_unit[A]["dispatched_rightly"] == 1, "one who cannot was not the wrong one"


def test_an_upheld_return_is_nobodys_failure_but_the_dispatchers():
    ticket = sent().then(5, "return").then(60, "uphold_return").then(61, "dispatch", B)
    by_unit = table([ticket], wanted(by="unit", until=80))
    assert (by_unit[A]["to_handle"], by_unit[A]["returned"]) == (0, 1)
    assert by_unit[A]["return_rate"] == 1
    assert (by_unit[A]["dispatched_rightly"], by_unit[B]["dispatched_rightly"]) == (0, 1)
    assert by_unit[A]["responded_in_time"] == 1


def test_a_return_in_dispute_is_not_overdue_and_an_overruled_one_has_run_on():
    ticket = sent().then(5, "return").then(60, "overrule_return").then(62, "accept")
    assert told(ticket, "unhandled", "unhandled_overdue", until=55) == (1, 0)
    assert told(ticket, "unhandled", "unhandled_overdue", until=61) == (1, 1)


def test_no_clock_runs_while_suspended_and_no_handling_time():
    ticket = sent().then(5, "accept").then(10, "suspend", due=500).then(310, "resume")
    ticket.then(330, "report").then(331, "verify").then(340, "close")
    assert told(ticket, "unhandled", "unhandled_overdue", "suspended", until=200) == (1, 0, 1)
    assert told(ticket, "handled_in_time", "closed_in_time") == (1, 1)
    assert told(ticket, "mean_handling") == (28 * 3600,)


def test_a_move_while_suspended_does_not_wake_the_closing():
    resting = AHistory().then(0, "open").then(1, "file").then(2, "dispatch", unit="U1001")
    resting.then(3, "accept").then(4, "suspend").then(300, "contribute", other="J1")
    assert figures([resting], wanted(0, 301))["unclosed"] == 1
    assert list_behind([resting], "to_close", wanted(0, 301)) == []


def test_what_was_overdue_before_it_was_suspended_stays_overdue():
    ticket = sent().then(5, "accept").then(60, "suspend", due=500)
    assert told(ticket, "unhandled_overdue", until=200) == (1,)


def test_an_extension_moves_both_deadlines_and_is_told():
    ticket = sent().then(5, "accept").then(10, "ask_extension", due=290).then(12, "grant_extension")
    ticket.then(280, "report").then(282, "verify").then(300, "close")
    assert told(ticket, "extended", "handled_in_time", "extension_rate") == (1, 1, 1)
    assert told(ticket, "closed_in_time") == (1,)
    assert told(ticket, "extended", "extension_rate", since=200) == (0, 1)


def test_a_rejected_report_was_a_report_and_its_rework_is_owed_by_the_old_deadline():
    ticket = sent().then(5, "accept").then(20, "report").then(30, "reject").then(60, "report")
    ticket.then(62, "verify").then(63, "close")
    names = ("to_handle", "handled_in_time", "handled_late", "reworked", "verified", "rework_rate")
    assert told(ticket, *names) == (2, 1, 1, 1, 2, 1)


def test_a_reopened_ticket_is_dispatched_handled_and_closed_once_more():
    ticket = sent().then(5, "accept").then(20, "report").then(22, "verify").rated(30, 4, False)
    ticket.then(30, "reopen", by="robot").then(31, "dispatch", B).then(32, "accept")
    ticket.then(40, "report").then(41, "verify").rated(45, 2).then(45, "close")
    names = ("filed", "dispatched", "handled", "closed", "reworked", "rework_rate")
    assert told(ticket, *names) == (1, 2, 2, 1, 1, 1)
    by_unit = table([ticket], wanted(by="unit"))
    assert (by_unit[A]["dissatisfied"], by_unit[A]["reworked"], by_unit[A]["solution_rate"]) == (
        1, 1, 0,
    )  # fmt: skip
    assert (by_unit[B]["satisfied"], by_unit[B]["closed"]) == (1, 1)


def test_a_reopened_round_takes_the_first_out_of_what_is_to_be_closed():
    ticket = sent().then(5, "accept").then(20, "report").then(22, "verify").then(30, "close")
    ticket.then(50, "reopen")
    assert told(ticket, "closed", "to_close", "unclosed", "rework_rate") == (1, 2, 1, 0.5)
    assert told(ticket, "to_close", "unclosed", "rework_rate", until=100) == (1, 1, 0)


def test_shares_of_joint_handling_count_for_their_units_and_not_in_the_whole():
    ticket = sent().then(3, "accept").then(4, "join", other=B).then(5, "join", other=C)
    ticket.then(20, "contribute", other=B).then(40, "report")
    assert told(ticket, "to_handle", "handled", "joined") == (1, 1, 2)
    by_unit = table([ticket], wanted(by="unit"))
    assert {unit: row["handled"] for unit, row in by_unit.items() if row["handled"]} == {A: 1, B: 1}
    assert by_unit[B]["mean_handling"] == 16 * 3600
    assert C not in by_unit, "its share ended with the lead's report"


def test_a_share_that_is_late_is_late():
    ticket = sent().then(3, "accept").then(4, "join", other=B)
    by_unit = table([ticket], wanted(by="unit", until=100))
    assert (by_unit[A]["unhandled_overdue"], by_unit[B]["unhandled_overdue"]) == (1, 1)
    assert told(ticket, "unhandled_overdue", until=100) == (1,)


def test_a_merged_ticket_is_owed_by_nobody_and_again_when_it_is_unmerged():
    ticket = sent().then(5, "accept").then(10, "merge", other="2")
    assert told(ticket, "merged", "unhandled", "unclosed", "to_close") == (1, 0, 0, 0)
    ticket.then(100, "unmerge")
    assert told(ticket, "unhandled", "unhandled_overdue", "unclosed", until=120) == (1, 1, 1)


@pytest.mark.parametrize("move", ["discard", "decline"])
def test_what_should_not_have_been_filed_was_not_filed_rightly(move):
    ticket = AHistory().then(0, "open").then(1, "file").then(100, move)
    assert told(ticket, "filed", "filed_rightly", "to_close") == (1, 0, 0)
    assert told(ticket, "filed", "filed_rightly", until=50) == (1, 1)


def test_as_of_later_judges_what_was_done_by_what_came_of_it():
    ticket = sent(at=700).then(750, "return").then(760, "uphold_return")
    assert told(ticket, "dispatched_rightly", "return_rate") == (1, 0)
    later = {"as_of": sent(at=800).moves[0].at}
    assert told(ticket, "dispatched_rightly", "return_rate", **later) == (0, 1)
    assert told(ticket, "unhandled", "returned", **later) == (1, 0), "the period ends where it did"


def test_another_item_chosen_after_filing_was_a_wrong_filing():
    assert told(sent().corrected_at(0.5), "filed_rightly") == (1,)
    assert told(sent().corrected_at(9), "filed_rightly") == (0,)


def test_answered_on_the_spot_is_taken_in_and_not_filed():
    ticket = AHistory().then(0, "open").then(0.2, "answer")
    names = ("taken", "taken_in_time", "filed", "answered", "answered_rate", "closed", "to_close")
    assert told(ticket, *names) == (1, 1, 0, 1, 1, 0, 0)


def test_who_waits_past_the_limit_for_a_dispatch_is_owed_one():
    ticket = AHistory().then(0, "open").then(0.1, "file")
    assert told(ticket, "to_dispatch", until=2) == (0,)
    assert told(ticket, "to_dispatch", "dispatched", "dispatched_in_time_rate") == (1, 0, 0)


def test_intervals_are_each_judged_as_they_ended():
    late = sent().then(5, "accept").then(800, "report")
    months = table([late], wanted(until=1464, interval="month"))
    assert [months[key]["unhandled_overdue"] for key in ("10-01", "11-01")] == [1, 0]
    assert [months[key]["handled_late"] for key in ("10-01", "11-01")] == [0, 1]
    october = figures([late], wanted())
    assert months["10-01"] == october


def test_seats_and_places_are_told_apart_and_a_choice_leaves_the_rest_out():
    here = sent("1").then(5, "accept").then(9, "report")
    there = sent("2", cell="140728102001001", item="209", line="110")
    for by, keys in {
        "township": {"140728101", "140728102"}, "item": {"113", "209"}, "class": {"1", "2"},
        "line": {"12345", "110"}, "seat": {"seat-01"}, "reporter": {"seat-01"},
        "cell": {"140728101001001", "140728102001001"},
    }.items():  # fmt: skip
        assert set(table([here, there], wanted(by=by))) == keys
    only = wanted(only={"cell": "140728102"})
    assert figures([here, there], only)["opened"] == 1
    assert figures([here, there], wanted(only={"unit": A}))["handled"] == 1


def test_a_row_of_a_unit_has_no_figure_that_no_unit_has_a_part_in():
    row = table([sent()], wanted(by="unit"))[A]
    assert "filed" not in row
    assert "to_handle" in row


def test_a_moment_told_before_the_last_one_counts_with_the_last_one():
    ticket = AHistory().then(0, "open").then(5, "file").then(3, "dispatch", A)
    assert told(ticket, "dispatched", until=4) == (0,)
    assert told(ticket, "dispatched", until=6) == (1,)


def test_each_number_is_its_list():
    tickets = [sent(str(n), at=n) for n in range(5)]
    for ticket in tickets[:3]:
        ticket.then(30, "accept").then(45, "report")
    found = figures(tickets)
    for figure in FIGURES.values():
        listed = list_behind(tickets, figure.top)
        if figure.kind == "count":
            assert sum(one.amount for one in listed) == found[figure.name], figure.name


def test_every_move_has_a_meaning_here():
    """A new move must be thought about: told, owing, or neither."""
    from callcenter.tickets.evaluation.owing import ON, SENDING
    from callcenter.tickets.evaluation.trail import TOLD

    others = {
        "open", "file", "answer", "accept", "report", "verify", "close", "resume", "unmerge",
        "uphold_return", "overrule_return", "contribute", "part", "dispatch",
    }  # fmt: skip
    nothing = {"note", "relocate", "ask_extension", "refuse_extension"}
    assert set(map(str, (*TOLD, *ON, *SENDING))) | others | nothing == set(map(str, Move))


def test_a_deadline_at_the_very_end_of_a_period_has_not_passed_in_it():
    ticket = sent().then(5, "accept")
    assert told(ticket, "unhandled", "unhandled_overdue", until=50) == (1, 0)
    assert told(ticket, "unhandled", "unhandled_overdue", until=50.001) == (1, 1)


def test_a_deadline_at_the_moment_of_suspension_has_not_passed():
    ticket = sent().then(5, "accept").then(50, "suspend", due=500)
    assert told(ticket, "unhandled_overdue", until=200) == (0,)
