"""Lines as they are cut from blocks, wherever the blocks happen to end."""

import hashlib
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.snapshot.container import MIB
from resources.snapshot.lines import HEAD_BYTES, Batch, Oversized, batches


def flat(blocks, limit=1000):
    """All that comes out, as (number, line or Oversized)."""
    found = []
    for batch in batches(blocks, limit):
        found += zip(batch.ordinals, batch.lines, strict=True)
        found += [(long.ordinal, long) for long in batch.oversized]
    return found


def expected(data, limit):
    """The same by the shortest way."""
    lines = [line.removesuffix(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    return [
        (n, Oversized(n, line[:HEAD_BYTES], len(line), hashlib.sha256(line).hexdigest()) if len(line) > limit else line)
        for n, line in enumerate(lines, start=1)
        if line.strip() or len(line) > limit
    ]


def blocks_of(data, sizes):
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


pieces = st.sampled_from(
    [b"\n", b"\r", b"\r\n", b"x", b" ", b"\xef\xbb\xbf", b"{}", b"y" * 9, b"z" * 20, "\u2028".encode()]
)
texts = st.lists(pieces, max_size=40).map(b"".join)


@given(texts, st.lists(st.integers(0, 12), max_size=30), st.integers(1, 30))
def test_where_the_blocks_end_never_shows(data, sizes, limit):
    assert flat(blocks_of(data, sizes), limit) == expected(data, limit)


@given(st.lists(texts.map(lambda text: text.replace(b"\n", b"")), max_size=20))
def test_every_document_comes_back(documents):
    documents = [b"{" + document + b"}" for document in documents]
    assert [line for _, line in flat([b"\n".join(documents)], 10_000)] == documents


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_a_newline_ends_a_line(inside):
    line = f'{{"text":"a{inside}b"}}'.encode()
    assert flat([line + b"\n" + line]) == [(1, line), (2, line)]


def test_a_carriage_return_at_the_end_is_dropped_even_across_blocks():
    assert flat([b"a\r", b"\nb\r\n", b"c", b"\r", b"\n", b"d\r"]) == [(1, b"a"), (2, b"b"), (3, b"c"), (4, b"d")]


def test_blank_lines_are_skipped_but_counted():
    assert flat([b"\n\na\n \t\nb\n\r\n\n"]) == [(3, b"a"), (5, b"b")]


def test_numbers_cost_nothing_while_no_line_is_blank():
    (batch,) = batches([b"a\nb\n"], 1000, "users/documents.jsonl")
    assert batch == Batch("users/documents.jsonl", range(1, 3), [b"a", b"b"])
    assert isinstance(batch.ordinals, range)


def test_a_byte_order_mark_is_dropped_at_the_very_start_only():
    mark = b"\xef\xbb\xbf"
    assert flat([mark + b"a\n" + mark + b"b"]) == [(1, b"a"), (2, mark + b"b")]
    assert flat([mark[:1], mark[1:], b"a"]) == [(1, b"a")]
    assert flat([mark]) == []


@pytest.mark.parametrize("blocks", [[], [b""], [b"\n"], [b"\r\n\r\n"]])
def test_nothing_makes_no_batch(blocks):
    assert list(batches(blocks, 1000)) == []


def test_the_last_line_needs_no_end():
    assert flat([b"a\nb"]) == flat([b"a\nb\n"])


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_is_oversized_from_one_byte_over_the_limit(end):
    assert flat([b"x" * 100 + end], 100) == [(1, b"x" * 100)]
    ((_, long),) = flat([b"x" * 101 + end], 100)
    assert (long.length, long.head) == (101, b"x" * 101)


def test_the_head_of_an_oversized_line_is_64_kib_and_its_digest_is_the_wholes():
    line = bytes(range(1, 10)) * 50_000 + b"\r\r"
    stream = b"before\n" + line + b"\r\nafter"
    found = flat([stream[at : at + 7001] for at in range(0, len(stream), 7001)], 100_000)
    assert [n for n, _ in found] == [1, 2, 3]
    assert found[1][1] == Oversized(2, line[: 64 * 1024], len(line), hashlib.sha256(line).hexdigest())


@pytest.fixture
def peak():
    """Measure the most memory that a piece of work holds at once."""

    def measure(work):
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return measure


def test_a_line_of_200_mb_is_never_held(unpack, opened, peak):
    root = unpack({"users/documents.jsonl": b"x"})
    with (root / "users/documents.jsonl").open("r+b") as file:
        file.truncate(200 * MIB)
    found = []

    def read():
        with opened(root) as snapshot:
            found.extend(snapshot.tables["users"].lines())

    assert peak(read) < 40 * MIB
    ((long,),) = [batch.oversized for batch in found]
    assert (long.length, long.head[:2]) == (200 * MIB, b"x\0")


def test_a_line_of_100_mb_in_a_zip_is_never_held(tmp_path, opened, peak):
    path = tmp_path / "snapshot.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("users/documents.jsonl", "w") as member,
    ):
        for _ in range(100):
            member.write(bytes(MIB))
    found = []

    def read():
        with opened(path, max_ratio=2000) as snapshot:
            found.extend(snapshot.tables["users"].lines())

    assert peak(read) < 40 * MIB
    assert found[0].oversized[0].length == 100 * MIB


def test_many_lines_are_read_with_little_memory(snapshot_of, opened, peak):
    path = snapshot_of({"users/documents.jsonl": (b'{"_id":"%s"}\n' % (b"x" * 300)) * 100_000})

    def read():
        with opened(path) as snapshot:
            assert sum(len(batch.lines) for batch in snapshot.tables["users"].lines()) == 100_000

    assert peak(read) < 4 * MIB
