"""The quarantine's text of a line: always storable, always bounded, always the same."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.snapshot.lines import Oversized, batches
from resources.snapshot.raw import MAX_RAW_BYTES, oversized_text, raw_text

pieces = st.binary(max_size=40) | st.text(max_size=20).map(str.encode) | st.sampled_from([b"\0", b"\xff", "€".encode()])
anything = st.builds(
    lambda some, times: b"".join(some) * times, st.lists(pieces, max_size=8), st.sampled_from([1, 40, 2000])
)
clean = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=2000)


def oversized(line):
    return Oversized(1, line[: 64 * 1024], len(line), hashlib.sha256(line).hexdigest())


@given(anything)
def test_it_is_always_storable_bounded_and_the_same(line):
    text = raw_text(line)
    assert "\0" not in text
    assert len(text.encode()) <= MAX_RAW_BYTES
    assert text == raw_text(line)


@given(anything)
def test_an_oversized_line_has_the_text_it_would_have_had_in_memory(line):
    assert oversized_text(oversized(line)) == raw_text(line)


@given(clean)
def test_a_short_clean_line_comes_back_byte_for_byte(text):
    assert raw_text(text.encode()).encode() == text.encode()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'{"a":"\xff\xfe"}', '{"a":"\\xff\\xfe"}'),
        (b"a\0b", "a\\x00b"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"cut \xe2\x82", "cut \\xe2\\x82"),
        (b'{"a":"\\u0000"}', '{"a":"\\u0000"}'),
        (b"", ""),
    ],
)
def test_what_cannot_be_stored_is_escaped(line, text):
    assert raw_text(line) == text


def test_64_kib_are_kept_whole_and_one_byte_more_is_cut():
    line = b"x" * MAX_RAW_BYTES
    assert raw_text(line) == line.decode()
    text = raw_text(line + b"x")
    digest = hashlib.sha256(line + b"x").hexdigest()
    assert text.endswith(f"x…[cut: 65537 bytes in all, sha256 {digest}]")
    assert len(text.encode()) == MAX_RAW_BYTES


@pytest.mark.parametrize("shift", range(4))
def test_it_is_never_cut_inside_a_character(shift):
    text = raw_text(b"x" * shift + "𝄞".encode() * 20_000)
    kept, _, _ = text.partition("…")
    assert set(kept) <= {"x", "𝄞"}
    assert len(text.encode()) > MAX_RAW_BYTES - 4


def test_a_line_that_only_escaping_makes_too_long_is_cut_too():
    text = raw_text(bytes(20_000))
    assert "[cut: 20000 bytes in all" in text
    assert len(text.encode()) <= MAX_RAW_BYTES


def test_a_line_over_a_small_limit_is_not_called_cut():
    (batch,) = batches([b"x" * 50], 10)
    assert oversized_text(batch.oversized[0]) == "x" * 50
