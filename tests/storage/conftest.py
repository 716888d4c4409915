"""The small S3 server of the contract tests, also for the store's own tests."""

from tests.contracts.stores import s3_address  # noqa: F401
