"""Stores to test: a folder, a bucket of OpenStack Swift and one of moto, each server started once and only when asked for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from longstone.kernel.store.address import Bucket
from longstone.kernel.store.cache import Cache
from longstone.kernel.store.s3 import S3
from tests.store import moto, swift
from tests.store.serving import NotServing, Server


@dataclass(frozen=True)
class Place:
    """An S3 server that listens, and the key to it."""

    endpoint: str
    key: str
    secret: str

    def client(self) -> Any:
        """Give another program's client, to look from outside."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3", endpoint_url=self.endpoint, aws_access_key_id=self.key, aws_secret_access_key=self.secret,
            region_name="us-east-1", config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )  # fmt: skip

    def bucket(self, name: str) -> Bucket:
        """Give the address of a bucket of it."""
        return Bucket(name, self.endpoint, "us-east-1", self.key, self.secret, plain=True)

    def new_bucket(self, **told: Any) -> Bucket:
        """Make a bucket."""
        name = f"evidence-{uuid.uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name, **told)
        return self.bucket(name)


def cannot(why: str) -> None:
    """Say plainly why a server is not tested; where everything must be, that is a failure."""
    if os.environ.get("LONGSTONE_SHARED_REQUIRED"):
        pytest.fail(f"This run must test every store. {why}")
    pytest.skip(why)


def serving(servers: list[Server], key: str, secret: str) -> Iterator[Place]:
    """Start servers, give the last one's address, and end them all."""
    try:
        for server in servers:
            server.start()
    except NotServing as fault:
        cannot(str(fault))
    else:
        yield Place(f"http://127.0.0.1:{servers[-1].port}", key, secret)
    finally:
        for server in reversed(servers):
            server.stop()


@pytest.fixture(scope="session")
def swift_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give OpenStack Swift, as S3."""
    folder = tmp_path_factory.mktemp("swift")
    if why := swift.why_not(folder):
        cannot(why)
    yield from serving(swift.servers(folder), swift.KEY, swift.SECRET)


@pytest.fixture(scope="session")
def moto_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give moto, as S3."""
    if why := moto.why_not():
        cannot(why)
    yield from serving([moto.server(tmp_path_factory.mktemp("moto"))], moto.KEY, moto.SECRET)


@pytest.fixture(params=["swift", "moto"])
def place(request: pytest.FixtureRequest) -> Place:
    """Give each S3 server in turn."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Give a small folder for copies."""
    return Cache(tmp_path / "cache", bound=64 << 20)


@pytest.fixture
def bucket(place: Place, cache: Cache) -> S3:
    """Give a store in a new bucket, with small parts so that large objects need not be large."""
    return S3(place.new_bucket(), cache, retries=0, part=5 << 20)
