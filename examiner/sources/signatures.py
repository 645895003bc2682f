"""What do the first bytes say a thing is, when it is not a file system we can walk?"""

from __future__ import annotations

CONTAINERS = {
    b"EVF2\r\n\x81\x00": "an EnCase 7 image (Ex01)",
    b"LVF\t\r\n\xff\x00": "an EnCase logical evidence file (L01)",
    b"LEF2\r\n\x81\x00": "an EnCase 7 logical evidence file (Lx01)",
    b"QFI\xfb": "a QEMU disk (QCOW)",
    b"KDMV": "a VMware disk (VMDK)",
    b"# Disk DescriptorFile": "a VMware disk description (VMDK)",
    b"conectix": "a Virtual PC disk (VHD)",
    b"vhdxfile": "a Hyper-V disk (VHDX)",
    b"<<< ": "a VirtualBox disk (VDI)",
    b"AFF10": "an AFF image",
    b"ADSEGMENTEDFILE": "an AccessData logical image (AD1)",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b\x08": "a gzip file",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"%PDF-": "a PDF document",
    b"<?xml": "an XML document",
    b"<!DOCTYPE": "an XML or HTML document",
    b"BEGIN:VCARD": "a contact card",
}
ENCRYPTED = (
    (3, b"-FVE-FS-", "BitLocker"),
    (0, b"LUKS\xba\xbe", "LUKS"),
    (3, b"MSWIN4.1-FVE", "BitLocker To Go"),
)
UNWALKED = (
    (32, b"NXSB", "an APFS container"),
    (512, b"LABELONE", "a Linux LVM physical volume"),
    (4096, b"\xfc\x4e\x2b\xa9", "a Linux RAID member"),
    (0, b"XFSB", "an XFS file system"),
    (3, b"ReFS", "a ReFS file system"),
    (0x10040, b"_BHRfS_M", "a Btrfs file system"),
    (1024, b"\x10\x20\xf5\xf2", "an F2FS file system"),
    (4086, b"SWAPSPACE2", "Linux swap space"),
    (0, b"hsqs", "a SquashFS file system"),
)
LOOKED_AT = 0x10040 + 8


def container_named(first: bytes, *, tail: bytes) -> str | None:
    """Name the format of a file we cannot open as an image, or None."""
    for magic, name in CONTAINERS.items():
        if first.startswith(magic):
            return name
    if first[257:262] == b"ustar":
        return "a tar archive"
    return CONTAINERS[b"conectix"] if tail.startswith(b"conectix") else None


def unread_volume(first: bytes) -> str:
    """Say what an unreadable volume seems to be; `first` is its opening bytes."""
    for at, magic, name in ENCRYPTED:
        if first[at : at + len(magic)] == magic:
            return f"It is encrypted ({name}): give the examiner an image made after it was unlocked."
    for at, magic, name in UNWALKED:
        if first[at : at + len(magic)] == magic:
            return f"It is {name}, which this examiner does not walk yet."
    if first and not any(first):
        return "Its opening bytes are all zero."
    return "No file system was recognised in it."
