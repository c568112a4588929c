"""Token attributions: which tokens made the model answer so. What is here needs no torch; methods are loaded late."""

from xai_widgets.attribution.attribution import Attribution, Candidate, ScoredTokens
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.attribution.rerun import Rerun

__all__ = ["Attribution", "Candidate", "MethodCard", "Rerun", "ScoredTokens"]
