"""What is said of a bucket that cannot be used, before anybody uploads a file."""

from collections.abc import Iterator

import pytest
import requests

from devstack import backing
from indico_app import bucket
from tests.functional.stack import Stack

_LOGIN = {"S3_ACCESS_KEY": "indico", "S3_SECRET_KEY": "s3cr3t", "S3_REGION": "us-east-1"}


@pytest.fixture
def environment(stack: Stack) -> dict[str, str]:
    """What paas-charm makes of a relation with the S3 server of the stack."""
    relation = {"S3_BUCKET": backing.BUCKET, "S3_ADDRESSING_STYLE": "path"}
    return {**_LOGIN, **relation, "S3_ENDPOINT": _address()}


@pytest.fixture
def strict() -> Iterator[None]:
    """The server, which believes nobody meanwhile; moto's documentation, under "IAM"."""
    requests.post(f"{_address()}/moto-api/reset-auth", data="0", timeout=10).raise_for_status()
    yield
    requests.post(f"{_address()}/moto-api/reset-auth", data="inf", timeout=10).raise_for_status()


def test_bucket_that_is_there_is_fine(environment: dict[str, str]):
    bucket.check(environment)


def test_bucket_without_a_relation_is_not_asked_for():
    bucket.check({})


def test_bucket_that_is_not_there_is_named(environment: dict[str, str]):
    message = _refused({**environment, "S3_BUCKET": "elsewhere"})

    assert message.startswith("S3 bucket 'elsewhere' cannot be used (NoSuchBucket): make it")


def test_keys_that_are_wrong_are_named(environment: dict[str, str], strict: None):
    message = _refused(environment)

    assert "(InvalidAccessKeyId): correct access-key of the S3 application" in message
    assert "s3cr3t" not in message


def test_server_that_is_away_may_come_back(environment: dict[str, str]):
    with pytest.raises(bucket.BucketUnavailableError, match=r"localhost:1 cannot be reached"):
        bucket.check({**environment, "S3_ENDPOINT": "http://localhost:1"})


def _refused(environment: dict[str, str]) -> str:
    with pytest.raises(bucket.BucketError) as caught:
        bucket.check(environment)
    assert not isinstance(caught.value, bucket.BucketUnavailableError)
    return str(caught.value)


def _address() -> str:
    return f"http://127.0.0.1:{backing.load().s3_port}"
