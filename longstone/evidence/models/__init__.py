"""What the evidence room keeps."""

from longstone.evidence.models.disposal import Disposal, DisposalMove, DisposalQuerySet
from longstone.evidence.models.exhibits import (
    Bundle,
    BundleMove,
    BundleQuerySet,
    Copy,
    CopyQuerySet,
    CustodyMove,
    Examination,
    ExaminationMove,
    ExaminationQuerySet,
    Exhibit,
    ExhibitQuerySet,
    OwnerRole,
    Seal,
)
from longstone.evidence.models.findings import FindingsRead, Withheld
from longstone.evidence.models.places import Location, LocationQuerySet
from longstone.evidence.models.waiting import Waiting, WaitingQuerySet

__all__ = [
    "Bundle",
    "BundleMove",
    "BundleQuerySet",
    "Copy",
    "CopyQuerySet",
    "CustodyMove",
    "Disposal",
    "DisposalMove",
    "DisposalQuerySet",
    "Examination",
    "ExaminationMove",
    "ExaminationQuerySet",
    "Exhibit",
    "ExhibitQuerySet",
    "FindingsRead",
    "Location",
    "LocationQuerySet",
    "OwnerRole",
    "Seal",
    "Waiting",
    "WaitingQuerySet",
    "Withheld",
]  # fmt: skip
