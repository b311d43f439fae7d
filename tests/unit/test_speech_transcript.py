from callcenter.facts import Side, TranscriptCompleted, UtteranceHeard, Word
from callcenter.speech.recognise import Heard
from callcenter.speech.transcript import (
    SideHeard,
    complete_live,
    live_counts,
    read_transcript,
    utterance,
)

LIVE = """
side    | source    | index | start | text
citizen | live      | 0     | 2100  | 南大街的路灯不亮
seat    | live      | 0     | 300   | 您好请讲
seat    | live      | 1     | 6000  | 好的马上登记
citizen | live      | 1     | 4000  | 晚上很黑
"""
RECORDED = """
citizen | recording | 0     | 2000  | 南大街的路灯不亮了
seat    | recording | 0     | 250   | 您好请讲
"""


def heard(table: str) -> list[UtteranceHeard]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if line]
    return [
        UtteranceHeard(
            call_id="n1-1.0",
            side=side,
            source=source,
            index=index,
            start_ms=start,
            end_ms=int(start) + 1000,
            text=text,
        )
        for side, source, index, start, text in rows
        if side != "side"
    ]


def completed(source: str) -> TranscriptCompleted:
    return TranscriptCompleted(call_id="n1-1.0", source=source, model="demo-cn", heard_seconds=8)


def test_both_sides_stand_in_order_of_time():
    transcript = read_transcript(heard(LIVE))
    assert transcript.texts == ("您好请讲", "南大街的路灯不亮", "晚上很黑", "好的马上登记")
    assert transcript.said_by(Side.CITIZEN) == ("南大街的路灯不亮", "晚上很黑")


def test_the_closing_fact_says_which_source_to_read():
    facts = heard(LIVE + RECORDED)
    assert read_transcript(facts, completed("recording")).texts == (
        "您好请讲",
        "南大街的路灯不亮了",
    )
    assert len(read_transcript(facts, completed("live")).lines) == 4


def test_before_the_closing_fact_live_words_are_read_and_recorded_ones_where_there_are_no_live():
    assert read_transcript(heard(LIVE + RECORDED)).source == "live"
    assert read_transcript(heard(RECORDED)).source == "recording"
    assert read_transcript([]).lines == ()


def test_a_fact_delivered_twice_is_read_once():
    assert read_transcript(heard(LIVE) + heard(LIVE)) == read_transcript(heard(LIVE))


def test_live_words_count_only_where_both_sides_heard_the_talk():
    whole, short = SideHeard(seconds=99), SideHeard(seconds=90, lost_seconds=10)
    assert live_counts({Side.CITIZEN: whole, Side.SEAT: whole}, talk_seconds=100)
    assert not live_counts({Side.CITIZEN: whole, Side.SEAT: short}, talk_seconds=100)
    assert not live_counts({Side.CITIZEN: whole}, talk_seconds=100)
    unstated = SideHeard(seconds=100, failed=True)
    assert not live_counts({Side.CITIZEN: unstated, Side.SEAT: whole}, talk_seconds=100)


def test_a_live_transcript_is_closed_with_the_shorter_side():
    sides = {Side.CITIZEN: SideHeard(seconds=99.5), Side.SEAT: SideHeard(seconds=98.0)}
    fact = complete_live("n1-1.0", sides, "demo-cn")
    assert (fact.source, fact.model, fact.heard_seconds) == ("live", "demo-cn", 98.0)


def test_an_utterance_is_timed_in_the_talk_and_its_words_in_the_stream():
    words = (Word(text="路灯", start_ms=500, end_ms=900, confidence=0.9),)
    fact = utterance("n1-1.0", Side.SEAT, "live", 3, Heard("路灯", True, words), talked_ms=60_000)
    assert (fact.start_ms, fact.end_ms, fact.words[0].start_ms) == (60_500, 60_900, 500)
