"""Fixtures of the contract tests; those that need a server of their own are collected only where it was named."""

import os

from tests.contracts.stores import s3_address, store  # noqa: F401

collect_ignore = [] if os.environ.get("JOINTREVIEW_TEST_S3") else ["test_store_real_s3.py"]
