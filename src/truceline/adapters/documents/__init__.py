"""Documents people write: YAML with line and column in every error, GeoJSON, and the agreements that are shipped."""

from truceline.adapters.documents.agreements import LoadedAgreement, read_agreement, shipped_agreement_path, shipped_agreements
from truceline.adapters.documents.yaml import read_document, read_tree

__all__ = [
    "LoadedAgreement",
    "read_agreement",
    "read_document",
    "read_tree",
    "shipped_agreement_path",
    "shipped_agreements",
]
