"""An S3 server, which keeps nothing when it ends: `python3 -m devstack.s3 PORT BUCKET`."""

import signal
import sys
import threading
from typing import Any

import boto3.session
from moto.server import ThreadedMotoServer

from devstack import network


def main(port: str, bucket: str) -> None:
    """Serve until told to end.

    Args:
        port: the TCP port.
        bucket: the name of the bucket.
    """
    ended = threading.Event()
    server = ThreadedMotoServer(network.host(), int(port), verbose=False)
    server.start()
    client(int(port)).create_bucket(Bucket=bucket)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: ended.set())
    ended.wait()
    server.stop()


def client(port: int, access_key: str = "any", secret_key: str = "any") -> Any:  # noqa: S107
    """Make a client of the server.

    Args:
        port: the server's TCP port.
        access_key: who asks; the server believes everybody.
        secret_key: the secret of whoever asks.

    Returns:
        boto3's client.
    """
    session = boto3.session.Session(access_key, secret_key, region_name="us-east-1")
    return session.client("s3", endpoint_url=f"http://{network.host()}:{port}")


if __name__ == "__main__":
    main(*sys.argv[1:])
