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
    Location,
    OwnerRole,
    Seal,
    Withheld,
)

__all__ = [
    "Bundle", "BundleMove", "BundleQuerySet", "Copy", "CopyQuerySet", "CustodyMove", "Disposal", "DisposalMove",
    "DisposalQuerySet", "Examination", "ExaminationMove", "ExaminationQuerySet", "Exhibit", "ExhibitQuerySet", "Location",
    "OwnerRole", "Seal", "Withheld",
]  # fmt: skip
