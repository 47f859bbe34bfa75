"""ZIPs made to harm, and ZIPs that came to harm: each refused with one line."""

import os
import stat
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.errors import UnreadableInput
from resources.snapshot.container import MIB
from resources.snapshot.reader import open_snapshot

DOCUMENTS = "users/documents.jsonl"
CONTENT = b"".join(b'{"_id":"%05d","name":"someone"}\n' % n for n in range(200))
CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


@pytest.fixture
def patch():
    """Overwrite bytes of a record of a ZIP, found by its signature."""

    def write(path, signature, offset, data, last=False):
        content = bytearray(path.read_bytes())
        at = (content.rindex(signature) if last else content.index(signature)) + offset
        content[at : at + len(data)] = data
        path.write_bytes(content)
        return path

    return write


def named(name):
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../users/documents.jsonl", "leads out"),
        ("users/../../documents.jsonl", "leads out"),
        ("users/..", "leads out"),
        ("/users/documents.jsonl", "absolute"),
        ("//host/share/documents.jsonl", "absolute"),
        ("users\\documents.jsonl", "backslash"),
        ("..\\users\\documents.jsonl", "backslash"),
        ("C:/users/documents.jsonl", "drive letter"),
        ("c:documents.jsonl", "drive letter"),
        ("users/documents.jsonl\0.png", "NUL"),
        ("a/" * 40 + "documents.jsonl", "deeper than 32"),
    ],
)
def test_an_unsafe_name_is_refused(pack, refusal, name, reason):
    message = refusal(pack([(DOCUMENTS, CONTENT), (named(name), b"x")]))
    assert reason in message
    assert "member name" in message


@pytest.mark.parametrize("name", ["../evil.txt", "_storage/../../x"])
def test_an_unsafe_name_is_refused_even_where_it_would_never_be_read(pack, refusal, name):
    assert "leads out" in refusal(pack([(DOCUMENTS, CONTENT), (named(name), b"x")]))


@pytest.mark.parametrize("twin", [DOCUMENTS, "users//documents.jsonl", "./users/documents.jsonl"])
def test_a_name_that_occurs_twice_is_refused(pack, refusal, twin):
    assert f"it holds {DOCUMENTS} twice" in refusal(pack([(DOCUMENTS, CONTENT), (named(twin), b"x")]))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_member_that_is_a_link_or_a_device_is_refused(pack, refusal, kind):
    info = named("exams/documents.jsonl")
    info.external_attr = (kind | 0o644) << 16
    message = refusal(pack([(DOCUMENTS, CONTENT), (info, b"/etc/passwd")]))
    assert ("symbolic link" if kind == stat.S_IFLNK else "neither a file nor a folder") in message


@pytest.mark.parametrize("flag", [0x0001, 0x0041, 0x2000])
def test_an_encrypted_member_is_refused(pack, patch, refusal, flag):
    path = patch(pack({DOCUMENTS: CONTENT}), CENTRAL, 8, struct.pack("<H", flag))
    assert f"{DOCUMENTS} is encrypted" in refusal(path)


def test_a_member_that_only_its_own_header_calls_encrypted_is_refused(pack, patch, refusal):
    assert "disagrees" in refusal(patch(pack({DOCUMENTS: CONTENT}), LOCAL, 6, b"\x01\x00"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_is_refused_by_name(pack, refusal, method):
    message = refusal(pack({DOCUMENTS: CONTENT}, method=method))
    assert f"method {method} ({'bzip2' if method == zipfile.ZIP_BZIP2 else 'lzma'})" in message
    assert "unpack it" in message


def test_a_compression_nobody_heard_of_is_refused(pack, patch, refusal):
    path = pack({DOCUMENTS: CONTENT})
    patch(patch(path, LOCAL, 8, b"\x4d\x00"), CENTRAL, 10, b"\x4d\x00")
    assert "method 77 (unknown)" in refusal(path)


def test_another_compression_of_a_stored_file_does_not_matter(pack, lines_of):
    photo = named("_storage/photo.png")
    photo.compress_type = zipfile.ZIP_BZIP2
    assert len(lines_of(pack([(DOCUMENTS, CONTENT), (photo, b"x" * 999)]))) == 200


def test_a_member_that_declares_a_ratio_beyond_belief_is_refused_at_open(pack, opened):
    path = pack({DOCUMENTS: b"\n" * (11 * MIB)})
    with pytest.raises(UnreadableInput, match=r"unpacks to 11,534,336 bytes from 1.*limit of 200 times"), opened(path):
        pass


def test_a_ratio_that_the_caller_allows_is_read(pack, lines_of):
    assert lines_of(pack({DOCUMENTS: b" " * (11 * MIB) + b"\nx"}), max_ratio=2000) == [b"x"]


def test_a_small_member_may_have_any_ratio(pack, lines_of):
    assert lines_of(pack({DOCUMENTS: b" " * (9 * MIB) + b"\nx"})) == [b"x"]


def test_a_stored_file_may_have_any_ratio(pack, lines_of):
    assert len(lines_of(pack({DOCUMENTS: CONTENT, "_storage/blank.bmp": bytes(11 * MIB)}))) == 200


def test_a_member_that_unpacks_to_more_than_it_declares_is_stopped(pack, patch, refusal):
    path = patch(pack({DOCUMENTS: b"\n" * (20 * MIB)}), CENTRAL, 24, struct.pack("<L", 1000))
    message = refusal(path)
    assert f"{DOCUMENTS} is damaged (it unpacks to more than it declares)" in message


def test_a_member_that_unpacks_to_less_than_it_declares_is_refused(pack, patch, refusal):
    path = patch(pack({DOCUMENTS: CONTENT}), CENTRAL, 24, struct.pack("<L", len(CONTENT) + 1))
    assert "not the declared one" in refusal(path)


def test_a_stored_member_that_declares_two_sizes_is_refused(pack, patch, refusal):
    path = patch(pack({DOCUMENTS: CONTENT}, method=zipfile.ZIP_STORED), CENTRAL, 24, struct.pack("<L", 7))
    assert "declares two sizes" in refusal(path)


def test_a_wrong_checksum_is_refused(pack, patch, refusal):
    assert "not the declared one" in refusal(patch(pack({DOCUMENTS: CONTENT}), CENTRAL, 16, b"\0\0\0\0"))


def test_members_that_share_their_bytes_are_refused(pack, patch, refusal):
    path = pack({"exams/documents.jsonl": CONTENT, DOCUMENTS: CONTENT})
    assert "reaches beyond its place" in refusal(patch(path, CENTRAL, 42, bytes(4), last=True))


def test_a_damaged_record_that_swallows_the_next_one_is_noticed(pack, patch, refusal):
    path = pack({DOCUMENTS: CONTENT, "exams/documents.jsonl": b"x"})
    message = refusal(patch(path, CENTRAL, 32, b"\xff\xff"))
    assert "lists 1 files, its end record 2" in message


def test_a_directory_too_large_to_hold_is_refused_unread(tmp_path, refusal):
    path = tmp_path / "snapshot.zip"
    with path.open("wb") as file:
        file.write(LOCAL)
        file.seek(300 * MIB)
        file.write(END + struct.pack("<4H2LH", 0, 0, 9, 9, 200 * MIB, 100 * MIB, 0))
    assert "its directory claims 209,715,200 bytes" in refusal(path)


def test_a_name_that_would_break_a_message_is_shown_escaped(pack, refusal):
    message = refusal(pack([(DOCUMENTS, CONTENT), (named("../\x1b[31m\n" + "x" * 500), b"")]))
    assert "\\x1b[31m\\n" in message


def test_a_cut_archive_is_refused_wherever_it_is_cut(pack, refusal, tmp_path):
    whole = pack({DOCUMENTS: CONTENT, "exams/documents.jsonl": b"x"}).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(1, len(whole), 3):
        cut.write_bytes(whole[:length])
        message = refusal(cut)
        assert length < 4 or "cut off or damaged" in message


def test_an_archive_that_lacks_a_piece_in_the_middle_is_refused(pack, refusal, tmp_path):
    whole = pack({DOCUMENTS: CONTENT, "exams/documents.jsonl": CONTENT}).read_bytes()
    cut = tmp_path / "cut.zip"
    for start in range(40, 400, 20):
        cut.write_bytes(whole[:start] + whole[start + 20 :])
        assert "snapshot" in refusal(cut)


def test_damaged_content_is_refused_by_the_members_name(pack, patch, refusal):
    path = patch(pack({"exams/documents.jsonl": b"x", DOCUMENTS: CONTENT}), LOCAL, 60, b"\xff" * 20, last=True)
    assert f"{DOCUMENTS} is damaged" in refusal(path)


def test_content_that_stops_before_its_end_is_refused(pack, patch, refusal):
    path = pack({DOCUMENTS: CONTENT})
    with zipfile.ZipFile(path) as archive:
        packed = archive.getinfo(DOCUMENTS).compress_size
    assert "stops before its end" in refusal(patch(path, CENTRAL, 20, struct.pack("<L", packed - 4)))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_is_cut_while_it_is_read_is_refused(pack, opened, method):
    path = pack({DOCUMENTS: os.urandom(3 * MIB).hex().encode()}, method=method)
    with opened(path, max_line_bytes=1000) as snapshot:
        entry = snapshot.tables["users"].entries[0]
        blocks = entry.blocks()
        next(blocks)
        os.truncate(path, 600_000)
        with pytest.raises(UnreadableInput, match=r"users/documents\.jsonl is damaged"):
            list(blocks)
        with pytest.raises(UnreadableInput):
            snapshot.digest("users")


def test_no_flipped_byte_goes_unnoticed_or_shows_a_traceback(pack, tmp_path, aliases):
    users, cohorts = CONTENT[:200], b'{"_id":"spring"}\n'
    files = {
        "cohort/documents.jsonl": cohorts,
        "users/documents.jsonl": users,
        "users/generated_schema.jsonl": b'"uniform"\n',
    }
    whole = pack(files).read_bytes()
    path = tmp_path / "flipped.zip"
    refused = 0
    for at in range(len(whole)):
        for mask in (0x01, 0x80, 0xFF):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            try:
                with open_snapshot(path, aliases) as snapshot:
                    tables = {
                        name: [line for batch in table.lines() for line in batch.lines]
                        for name, table in snapshot.tables.items()
                    }
            except UnreadableInput:
                refused += 1
            else:
                assert tables == {"users": users.splitlines(), "cohorts": cohorts.splitlines()}
    assert refused > len(whole)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.binary(max_size=200), st.sampled_from([b"", LOCAL]), st.integers(0, 9), st.binary(max_size=16)))
def test_no_file_that_looks_like_a_zip_shows_a_traceback(tmp_path, aliases, parts):
    noise, start, count, end = parts
    path = tmp_path / "noise.zip"
    record = END + struct.pack("<4H2LH", 0, 0, count, count, 46 * count, len(noise), len(end))
    path.write_bytes(start + noise + CENTRAL + noise + record + end)
    with pytest.raises(UnreadableInput), open_snapshot(path, aliases):
        pass
