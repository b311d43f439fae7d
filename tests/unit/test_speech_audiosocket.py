import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.speech.audiosocket import (
    BYTES_PER_SECOND,
    Frame,
    FrameKind,
    FrameParser,
    StreamRefusedError,
)

FRAMES = st.one_of(
    st.builds(Frame, st.just(FrameKind.UUID), st.binary(min_size=16, max_size=16)),
    st.builds(
        lambda pcm: Frame(FrameKind.AUDIO, pcm + pcm), st.binary(max_size=400)
    ),  # doubled: samples have two bytes
    st.builds(Frame, st.just(FrameKind.DTMF), st.binary(min_size=1, max_size=1)),
    st.builds(Frame, st.just(FrameKind.ERROR), st.binary(max_size=2)),
    st.just(Frame(FrameKind.END, b"")),
)


def on_the_wire(frame: Frame) -> bytes:
    return bytes([frame.kind]) + len(frame.payload).to_bytes(2, "big") + frame.payload


@given(frames=st.lists(FRAMES, max_size=8), cuts=st.lists(st.integers(0, 4000), max_size=20))
def test_frames_are_the_same_however_the_bytes_are_cut(frames, cuts):
    data = b"".join(on_the_wire(frame) for frame in frames)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parser = FrameParser()

    read = [
        frame
        for start, end in zip(edges, edges[1:], strict=False)
        for frame in parser.feed(data[start:end])
    ]

    assert read == frames
    assert parser.is_between_frames


@given(garbage=st.binary(max_size=300), cut=st.integers(0, 300))
def test_garbage_is_refused_at_the_same_frame_however_it_is_cut(garbage, cut):
    assert outcome([garbage]) == outcome([garbage[:cut], garbage[cut:]])


def outcome(chunks: list[bytes]) -> tuple[list[Frame], str]:
    parser, frames = FrameParser(), []
    try:
        for chunk in chunks:
            frames.extend(parser.feed(chunk))
    except StreamRefusedError as error:
        return frames, error.message
    return frames, "whole" if parser.is_between_frames else "half"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"\x42\x00\x00", "unknown_kind"),
        (b"GET / HTTP/1.1\r\n", "unknown_kind"),
        (b"\x01\x00\x0f", "wrong_length"),
        (b"\x01\x00\x11", "too_long"),
        (b"\x10\x00\x03", "wrong_length"),
        (b"\x10" + (BYTES_PER_SECOND + 2).to_bytes(2, "big"), "too_long"),
        (b"\x00\x00\x01", "too_long"),
    ],
)
def test_a_bad_head_is_refused_before_its_payload_comes(head, reason):
    assert outcome([head]) == ([], reason)
