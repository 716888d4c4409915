"""Parts that a browser puts into the bucket itself, by addresses the program signed."""

import hashlib

import pytest
import urllib3

from jointreview.domain.problems import Refused
from jointreview.storage import make_store
from jointreview.storage.staging import PART_BYTES
from tests.contracts.stores import new_bucket

CONTENT = b"\x00\xfe" * (PART_BYTES // 2) + b"rest"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def web():
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return urllib3.PoolManager(cert_reqs="CERT_NONE")


def store_at(address, web, browser_url=""):
    return make_store(
        address,
        local_root=None,
        access_key="reviewtest",
        secret_key="reviewtestsecret",
        bucket=new_bucket(),
        http_client=web,
        browser_url=browser_url,
    )


def test_a_browser_puts_parts_itself_and_the_server_alone_says_what_arrived(s3_address, web):
    store = store_at(s3_address, web, s3_address)
    staging = store.staging()
    place = staging.begin()
    assert web.request("PUT", staging.address(place, 2, 60), body=CONTENT[PART_BYTES:]).status == 200
    assert staging.received(place) == {2}
    # A part by the browser and one through the program go together.
    with staging.part(place, 1, PART_BYTES, PART_BYTES) as part:
        part.write(CONTENT[:PART_BYTES])
        part.commit()
    assert staging.finish(place) == len(CONTENT)
    staging.publish(place, DIGEST)
    assert b"".join(store.open(DIGEST)) == CONTENT


def test_an_address_names_one_part_of_one_upload_and_the_host_browsers_use(s3_address, web):
    store = store_at(s3_address, web, "https://files.example.gov.cn")
    staging = store.staging()
    place = staging.begin()
    address = urllib3.util.parse_url(staging.address(place, 7, 60))
    assert address.host == "files.example.gov.cn" and address.path.endswith(place.partition(" ")[0])
    assert "partNumber=7" in address.query and "X-Amz-Expires=60" in address.query
    with pytest.raises(Refused):
        staging.address("../content/x", 1, 60)


def test_without_an_address_for_browsers_every_part_goes_through_the_program(s3_address, web):
    staging = store_at(s3_address, web).staging()
    assert staging.address(staging.begin(), 1, 60) is None
