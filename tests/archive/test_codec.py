import dataclasses
import inspect
from typing import Any

import numpy as np
import pytest
from builders import case, photo, solved_case
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import clinic.case
from clinic.archive.codec import CLASSES, MAGIC, decode, encode
from clinic.archive.errors import DamagedRecord
from clinic.case import Case, Edit, Plan, Scale, digest

quiet = settings(deadline=None, derandomize=True, max_examples=150)

_dtypes = st.sampled_from(["|b1", "|u1", "<i4", "<i8", "<f4", "<f8", ">f8", "<u2"])
_plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**80), 2**80),
    st.floats(),
    st.text(),
    st.binary(),
    _dtypes.flatmap(lambda code: arrays.arrays(code, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0))),
    st.builds(Scale, st.text(), st.floats()),
    st.builds(Edit, st.text(), st.tuples(st.tuples(st.text(), st.floats()))),
)
values = st.recursive(_plain, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12)


@quiet
@given(values)
def test_every_value_comes_back_with_its_digest_and_its_bytes(value: Any) -> None:
    data = encode(value)
    back = decode(data)
    assert digest(back) == digest(value)
    assert encode(back) == data


@quiet
@given(values, values)
def test_equal_bytes_mean_equal_values(one: Any, other: Any) -> None:
    assert (encode(one) == encode(other)) == (digest(one) == digest(other))


@quiet
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_words(data: bytes) -> None:
    for attempt in (data, MAGIC + data):
        try:
            decode(attempt)
        except DamagedRecord:
            continue


@quiet
@given(st.data())
def test_altered_bytes_are_refused_in_words_or_give_a_value(data: st.DataObject) -> None:
    whole = bytearray(encode(case().plan))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except DamagedRecord:
        return


def test_a_whole_case_comes_back_bit_for_bit() -> None:
    whole = solved_case()
    back = decode(encode(whole))
    assert isinstance(back, Case)
    assert digest(back) == digest(whole)
    assert back.simulation is not None
    assert not back.simulation.displacement.flags.writeable


def test_arrays_are_used_where_they_lie() -> None:
    data = encode(photo())
    pixels = decode(data).pixels
    assert np.shares_memory(pixels, np.frombuffer(data, np.uint8))
    for code in ("<f8", "<i4"):
        assert decode(encode(("x", np.ones(3, code))))[1].flags.aligned


def test_every_class_of_the_case_is_known() -> None:
    public = {name for name, kind in inspect.getmembers(clinic.case, inspect.isclass) if dataclasses.is_dataclass(kind)}
    assert set(CLASSES) == public - {"PhotoCheck"}  # told anew whenever photos are shown, never stored


@pytest.mark.parametrize("value", [{"a": 1}, [1], object(), np.array(["x"]), np.array([None]), 1j, Exception("x")])
def test_what_a_case_does_not_hold_is_not_written(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_a_record_from_before_a_field_was_added_still_opens() -> None:
    without_name = MAGIC + b"o\x04\x01Plan" + b"\x05edits" + b"t\0\0\0\0"
    assert decode(without_name) == Plan()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"n",
        MAGIC,
        MAGIC + b"nn",  # something follows
        MAGIC + b"t\xff\xff\xff\xff",  # four billion items
        MAGIC + b"s\xff\xff\xff\x7f",
        MAGIC + b"s\x01\0\0\0\xff",  # not UTF-8
        MAGIC + b"i\x02\0\0\0\x01\x00",  # a number that is longer than needed
        MAGIC + b"i\x00\0\0\0",
        MAGIC + b"f" + b"\xff" * 8,  # another NaN
        MAGIC + b"a\x0a\x01" + b"\xff" * 8,  # an array larger than the world
        MAGIC + b"a\x0a\x02" + (2**63).to_bytes(8, "little") * 2,
        MAGIC + b"a\x0a\x02" + bytes(8) + b"\xff" * 8,  # empty, with an absurd side
        MAGIC + b"a\x63\x00",
        MAGIC + b"a\x00\x40",
        MAGIC + b"r" + bytes(32),  # a reference where none is expected
        MAGIC + b"o\x06\x00system",
        MAGIC + b"o\x04\x01Plan\x04exec" + b"n",
        MAGIC + b"o\x07\x00Patient",  # fields without a default are missing
        MAGIC + b"t\x01\0\0\0" * 40 + b"n",  # nested without end
        MAGIC + b"q",
    ],
)
def test_hostile_bytes_are_refused(hostile: bytes) -> None:
    with pytest.raises(DamagedRecord):
        decode(hostile)


def test_a_field_twice_or_out_of_order_is_refused() -> None:
    name, edits = b"\x04name" + b"s\0\0\0\0", b"\x05edits" + b"t\0\0\0\0"
    assert decode(MAGIC + b"o\x04\x02Plan" + edits + name) == Plan((), "")
    for fields in (name + edits, name + name, edits + edits):
        with pytest.raises(DamagedRecord):
            decode(MAGIC + b"o\x04\x02Plan" + fields)


def test_a_mask_holds_only_yes_and_no() -> None:
    data = bytearray(encode(np.array([True, False])))
    data[-1] = 2
    with pytest.raises(DamagedRecord):
        decode(bytes(data))
