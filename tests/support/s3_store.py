"""A store that speaks the protocol of Amazon S3, in a process of its own on this machine.

Usage: python -m tests.support.s3_store. It prints the port on which it listens.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.support import PROJECT

HOST, REGION, BUCKET, USER = "127.0.0.1", "us-east-1", "results", "ann"
POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


class Store(NamedTuple):
    """A running store with one bucket, which only the right key opens.

    Attributes:
        url: The address of the server.
        key: The name of the key.
        secret: The secret of the key.
    """

    url: str
    key: str
    secret: str

    @property
    def credentials(self) -> Mapping[str, str]:
        """The environment variables that give the key to a program."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

    def sizes(self) -> dict[str, int]:
        """Return the bytes of every object in the bucket, by its name."""
        pages = self._client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
        )


@contextmanager
def running_store() -> Iterator[Store]:
    """Run a store until the block ends. It keeps its objects in memory."""
    command = [sys.executable, "-m", "tests.support.s3_store"]
    # No settings of the user's own account reach the server.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    # The first requests, of `open_account`, need no key, because they make it.
    environment["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout
            url = f"http://{HOST}:{int(server.stdout.readline())}"
            yield open_account(Store(url, "nobody", "nothing"))
        finally:
            server.terminate()


def open_account(store: Store) -> Store:
    """Make a user with a key, and a bucket; return the store with the key of this user."""
    iam = store._client("iam")
    iam.create_user(UserName=USER)
    iam.put_user_policy(UserName=USER, PolicyName="all", PolicyDocument=json.dumps(POLICY))
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    store = Store(store.url, key["AccessKeyId"], key["SecretAccessKey"])
    store._client("s3").create_bucket(Bucket=BUCKET)
    return store


def serve() -> None:
    """Serve until the process is ended."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server(HOST, 0, application, threaded=True, request_handler=MotoRequestHandler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve()
