"""Asks S3 whether the bucket for attached files can be used, before anybody uploads one."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from indico_app.settings.storage import boto_environment, bucket, ca_chain

_TIMEOUT = 3
_APPLICATION = "the S3 application, such as s3-integrator"

#: What S3 answers, by the table "Error responses" of its API reference, and what to do about it.
_REMEDIES = {
    "NoSuchBucket": "make it, or correct bucket",
    "InvalidAccessKeyId": "correct access-key",
    "SignatureDoesNotMatch": "correct secret-key",
    "AccessDenied": "correct the keys, or allow them s3:ListBucket",
}


class BucketError(Exception):
    """The bucket cannot be used; the message says why and what to do."""


class BucketUnavailableError(BucketError):
    """S3 does not answer now, and may later."""


def check(environ: Mapping[str, str]) -> None:
    """List the bucket, at most one entry of it; without an s3 relation, do nothing.

    The answer to HEAD would have no reason in it.

    Args:
        environ: the environment that the charm gives its services. Nothing is changed for others:
            what runs may have been given another one.

    Raises:
        SettingsError: if a variable of the relation is unusable.
        BucketUnavailableError: if S3 does not answer.
        BucketError: if it refuses.
    """
    where = bucket(environ)
    if not where:
        return
    # To import botocore takes long for whoever has no S3.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    with _certificates(environ) as verify:
        try:
            _client(environ, where, verify).list_objects_v2(Bucket=where["bucket"], MaxKeys=1)
        except ClientError as exc:
            raise _refusal(where, exc.response) from None
        except BotoCoreError as exc:
            raise BucketUnavailableError(
                f"S3 bucket {where['bucket']!r}: {_server(where)} cannot be reached "
                f"({type(exc).__name__}): check {_APPLICATION}"
            ) from None


@contextmanager
def _certificates(environ: Mapping[str, str]) -> Generator[str | None]:
    chain = ca_chain(environ)
    with NamedTemporaryFile("w") as file:
        file.write(chain)
        file.flush()
        yield file.name if chain else None


def _client(environ: Mapping[str, str], where: Mapping[str, str], verify: str | None) -> Any:
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    login = boto_environment(environ)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": where.get("addressing_style", "auto")},
        connect_timeout=_TIMEOUT,
        read_timeout=_TIMEOUT,
        retries={"total_max_attempts": 1},
    )
    return Session().create_client(
        "s3",
        region_name=login.get("AWS_DEFAULT_REGION"),
        endpoint_url=where.get("host"),
        aws_access_key_id=login["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=login["AWS_SECRET_ACCESS_KEY"],
        verify=verify,
        config=config,
    )


def _refusal(where: Mapping[str, str], response: Mapping[str, Any]) -> BucketError:
    code = str(response.get("Error", {}).get("Code", "unknown"))
    name = f"S3 bucket {where['bucket']!r}"
    if response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return BucketUnavailableError(
            f"{name}: {_server(where)} is out of order ({code}): check {_APPLICATION}"
        )
    remedy = _REMEDIES.get(code, "check the settings")
    return BucketError(f"{name} cannot be used ({code}): {remedy} of {_APPLICATION}")


def _server(where: Mapping[str, str]) -> str:
    return urlsplit(where["host"]).netloc.rpartition("@")[2] if "host" in where else "Amazon S3"
