"""A small OpenStack Swift on loopback: four processes, one disk in a folder, no root and nothing written outside the folder."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from tests.store.serving import Server, free_port

KEY, SECRET = "test:tester", "testing"
PARTS = ("account", "container", "object", "proxy")
HASH = "[swift-hash]\nswift_hash_path_prefix = longstone\nswift_hash_path_suffix = tests\n"
POLICY = "[storage-policy:0]\nname = one\ndefault = yes\n"
BACK = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
disable_fallocate = true
log_level = WARNING

[pipeline:main]
pipeline = {part}-server

[app:{part}-server]
use = egg:swift#{part}
"""
FRONT = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
log_level = WARNING

[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
sorting_method = shuffle

[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{nowhere}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
min_segment_size = 1
force_swift_request_proxy_log = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:dlo]
use = egg:swift#dlo
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
"""


def why_not(folder: Path) -> str:
    """Say why Swift cannot run in a folder, or nothing."""
    try:
        import swift  # noqa: F401
    except ImportError:
        return "OpenStack Swift is not installed (requirements/dev.in names it)."
    probe = folder / "xattr"
    probe.touch()
    try:
        os.setxattr(probe, "user.swift", b"1")
    except OSError as error:
        return f"Swift keeps its metadata in extended attributes, and {folder} has none: {error.strerror}."
    return ""


def configured(folder: Path) -> dict[str, int]:
    """Write what Swift reads, all of it in one folder; give each part's port."""
    ports = {part: free_port() for part in PARTS}
    (folder / "disks" / "sda").mkdir(parents=True)
    (folder / "swift.conf").write_text(HASH + POLICY)
    told = {"user": getpass.getuser(), "folder": folder, "nowhere": free_port()}
    for part in PARTS:
        text = (FRONT if part == "proxy" else BACK).format(part=part, port=ports[part], **told)
        (folder / f"{part}.conf").write_text(text)
    for part in PARTS[:3]:
        _ring(folder, part, ports[part])
    return ports


def _ring(folder: Path, part: str, port: int) -> None:
    from swift.common.ring import RingBuilder

    ring = RingBuilder(4, 1, 1)
    ring.add_dev(
        {
            "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1",
            "replication_port": port, "device": "sda", "weight": 1.0, "meta": "",
        }
    )  # fmt: skip
    ring.rebalance()
    ring.get_ring().save(str(folder / f"{part}.ring.gz"))


def servers(folder: Path) -> list[Server]:
    """Give the four processes, the one that speaks S3 last; none is started yet."""
    ports = configured(folder)
    told = [sys.executable, "-m", "tests.store.swift"]
    return [Server(f"swift {part}", [*told, part, str(folder)], ports[part], folder) for part in PARTS]


def main(part: str, folder: str) -> None:
    """Run one of the four, its configuration in the folder and not in /etc."""
    from importlib import import_module

    from swift.common import utils

    utils.SWIFT_CONF_FILE = str(Path(folder) / "swift.conf")
    module = {"object": "obj"}.get(part, part)
    sys.argv = [f"swift-{part}-server", str(Path(folder) / f"{part}.conf")]
    import_module(f"swift.{module}.server").main()


if __name__ == "__main__":
    main(*sys.argv[1:])
