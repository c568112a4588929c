"""Which source word each target word goes with. Numbers only: no torch."""

from xai_widgets.alignment.alignment import Alignment
from xai_widgets.alignment.best_head import BestHead, best_head, cross_matrix
from xai_widgets.alignment.reference import Reference

__all__ = ["Alignment", "BestHead", "Reference", "best_head", "cross_matrix"]
