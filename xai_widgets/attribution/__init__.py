"""Token attributions: which tokens made the model answer so. What is here needs no torch; methods are loaded late."""

from xai_widgets.attribution.attribution import Attribution, Candidate, Rerun, ScoredTokens
from xai_widgets.attribution.method_card import MethodCard

__all__ = ["Attribution", "Candidate", "MethodCard", "Rerun", "ScoredTokens"]
