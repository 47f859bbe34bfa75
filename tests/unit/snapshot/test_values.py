"""Convex values there and back, bit by bit."""

import base64
import math
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.snapshot.values import decode_special, encode_special, may_hold_special

NAN = {"$float": "AAAAAAAA+H8="}
INFINITY = {"$float": "AAAAAAAA8H8="}

doubles = st.floats() | st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | doubles | st.binary() | st.text()
keys = st.text().filter(lambda key: not key.startswith("$"))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
)


def exact(value):
    """The value in a form that tells 3 from 3.0, 0.0 from -0.0 and one NaN from another."""
    if isinstance(value, float):
        return "float", struct.pack("<d", value)
    if isinstance(value, list):
        return [exact(one) for one in value]
    if isinstance(value, dict):
        return {key: exact(one) for key, one in value.items()}
    return type(value).__name__, value


@given(values)
def test_every_value_survives_the_way_there_and_back(value):
    assert exact(decode_special(encode_special(value))) == exact(value)


@given(values)
def test_every_value_survives_as_json_text(value):
    line = msgspec.json.encode(encode_special(value))
    assert exact(decode_special(msgspec.json.decode(line))) == exact(value)


@given(doubles.filter(math.isfinite))
def test_a_float_is_always_written_with_a_dot_or_an_exponent(number):
    line = msgspec.json.encode(encode_special(number))
    assert set(line) & set(b".eE")


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_is_written_bare(number):
    assert msgspec.json.encode(encode_special(number)) == str(number).encode()


@given(values)
def test_a_text_that_holds_a_special_value_is_never_taken_for_one_without(value):
    line = msgspec.json.encode(encode_special(value))
    assert may_hold_special(line) or exact(decode_special(msgspec.json.decode(line))) == exact(
        msgspec.json.decode(line)
    )


def test_the_specials_are_the_ones_that_convex_writes():
    assert encode_special([math.nan, math.inf, -math.inf, -0.0, 3.0, 3, b"ab"]) == [
        NAN,
        INFINITY,
        {"$float": "AAAAAAAA8P8="},
        -0.0,
        3.0,
        3,
        {"$bytes": "YWI="},
    ]


def test_they_are_read_at_any_depth():
    document = msgspec.json.decode(b'{"a":[{"b":{"$float":"AAAAAAAA8H8="}}],"c":{"$bytes":""},"d":-0.0,"e":3.0,"f":3}')
    assert exact(decode_special(document)) == exact({"a": [{"b": math.inf}], "c": b"", "d": -0.0, "e": 3.0, "f": 3})


def test_the_old_forms_of_integers_and_of_minus_zero_are_read():
    assert decode_special({"$integer": base64.b64encode((-5).to_bytes(8, "little", signed=True)).decode()}) == -5
    assert exact(decode_special({"$float": "AAAAAAAAAIA="})) == exact(-0.0)


@pytest.mark.parametrize("obj", [{"$ref": 1}, {"$float": "x", "other": 1}, {"cost": "$5"}, {}, [], "$float"])
def test_what_is_no_special_value_stays_as_it_is(obj):
    assert decode_special(obj) == obj
    assert encode_special(obj) == obj


@pytest.mark.parametrize("kind", ["$float", "$bytes", "$integer"])
@pytest.mark.parametrize("content", ["secret!", "secre", "sécret", 7, None, ["secret"], {"a": "secret"}])
def test_a_malformed_special_is_refused_without_quoting_it(kind, content):
    with pytest.raises(ValueError, match=r"^\$(float|bytes|integer) holds ") as caught:
        decode_special({"a": [{kind: content}]})
    assert "secre" not in str(caught.value)


@pytest.mark.parametrize("kind", ["$float", "$integer"])
@pytest.mark.parametrize("length", [0, 4, 7, 9])
def test_a_number_of_the_wrong_length_is_refused(kind, length):
    with pytest.raises(ValueError, match=rf"^\{kind} holds {length} bytes, not 8$"):
        decode_special({kind: base64.b64encode(bytes(length)).decode()})


@pytest.mark.parametrize("key", ["$float", "$bytes", "$integer"])
def test_an_object_that_would_read_as_a_special_value_is_not_written(key):
    with pytest.raises(ValueError, match="keeps for special values"):
        encode_special({"a": {key: "text"}})


@pytest.mark.parametrize("convert", [decode_special, encode_special])
def test_values_nested_beyond_reason_are_refused_as_values(convert):
    nested = []
    for _ in range(900):
        nested = [nested]
    with pytest.raises(ValueError, match="nested deeper than"):
        convert(nested)


def test_the_escaped_dollar_is_seen_too():
    line = b'{"a":{"\\u0024float":"AAAAAAAA8H8="}}'
    assert may_hold_special(line)
    assert decode_special(msgspec.json.decode(line)) == {"a": math.inf}
    assert not may_hold_special(b'{"price":"5 $"}')
