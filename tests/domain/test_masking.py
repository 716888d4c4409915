"""Personal data in lists and for the public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.masking import mask_identity, mask_mobile, mask_name


def test_identity_and_mobile_numbers_keep_their_ends():
    assert mask_identity("320681199003071234") == "320681********1234"
    assert mask_mobile("13812345678") == "138****5678"


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("张小三", "张**"), ("张", "*"), ("John Smith", "J*** S****"), ("", "")]
)
def test_names_keep_their_first_character(name, masked):
    assert mask_name(name) == masked


@given(st.text("0123456789X", min_size=2, max_size=20))
def test_something_is_always_hidden(number):
    for mask in (mask_identity, mask_mobile):
        assert "*" in mask(number) and len(mask(number)) == len(number)
