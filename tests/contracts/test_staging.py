"""What every staging place promises, whatever store it belongs to: parts in any order, published once whole."""

import hashlib

import pytest

from jointreview.domain.problems import Refused
from jointreview.storage.staging import PART_BYTES

TAIL = b"the end"
CONTENT = b"\x00\xff" * (PART_BYTES // 2) + TAIL
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def send(staging, place, number, content, length=None):
    with staging.part(place, number, PART_BYTES, len(content) if length is None else length) as part:
        part.write(content)
        part.commit()


def arrived(staging):
    place = staging.begin()
    send(staging, place, 2, TAIL)
    send(staging, place, 1, CONTENT[:PART_BYTES])
    return place


def test_parts_in_any_order_become_the_content_of_their_digest(store):
    staging = store.staging()
    place = staging.begin()
    assert staging.received(place) == frozenset()
    send(staging, place, 2, TAIL)
    assert staging.received(place) == {2}
    send(staging, place, 1, b"\x01" * PART_BYTES)
    send(staging, place, 1, CONTENT[:PART_BYTES])
    assert staging.finish(place) == staging.finish(place) == len(CONTENT)
    assert b"".join(staging.open(place)) == CONTENT
    with staging.seekable(place) as whole:
        whole.seek(PART_BYTES)
        assert whole.read() == TAIL
    assert not store.exists(DIGEST)
    staging.publish(place, DIGEST)
    assert b"".join(store.open(DIGEST)) == CONTENT
    assert [held.digest for held in store.contents()] == [DIGEST]
    assert list(staging.left_over()) == []
    for call in (staging.finish, staging.received):
        with pytest.raises(Refused) as refusal:
            call(place)
        assert refusal.value.kind == "missing"


def test_content_that_is_there_already_is_not_stored_again(store):
    staging = store.staging()
    for _ in range(2):
        place = arrived(staging)
        staging.finish(place)
        staging.publish(place, DIGEST)
    assert [(held.digest, held.size) for held in store.contents()] == [(DIGEST, len(CONTENT))]


@pytest.mark.parametrize("content", [b"too long", b"sho"])
def test_a_part_of_the_wrong_length_does_not_count(store, content):
    staging = store.staging()
    place = staging.begin()
    with pytest.raises(Refused):
        send(staging, place, 1, content, length=5)
    assert staging.received(place) == frozenset()


def test_what_is_thrown_away_is_gone_whether_or_not_it_was_whole(store):
    staging = store.staging()
    half, whole = staging.begin(), arrived(staging)
    send(staging, half, 1, CONTENT[:PART_BYTES])
    staging.finish(whole)
    assert len(list(staging.left_over())) == 2
    for place in (half, whole, whole):
        staging.discard(place)
    assert list(staging.left_over()) == []
    with pytest.raises(Refused):
        send(staging, half, 2, TAIL)


@pytest.mark.parametrize("place", ["", "../../etc", "x" * 32, "0" * 32])
def test_a_place_nobody_made_is_no_place(store, place):
    with pytest.raises(Refused) as refusal:
        store.staging().received(place)
    assert refusal.value.kind == "missing"


@pytest.mark.parametrize("size", [1000, PART_BYTES + 1000])
@pytest.mark.parametrize("kept", [True, False])
def test_content_on_its_way_can_be_looked_at_whole_before_it_is_kept_or_thrown_away(store, size, kept):
    content = bytes(range(250)) * (size // 250)
    with store.begin(2 * size) as incoming:
        incoming.write(content)
        with incoming.whole() as whole:
            whole.seek(size // 2)
            assert whole.read(10) == content[size // 2 : size // 2 + 10]
        assert incoming.digest == hashlib.sha256(content).hexdigest()
        if kept:
            incoming.commit()
    assert [held.size for held in store.contents()] == ([len(content)] if kept else [])
    assert list(store.staging().left_over()) == []
