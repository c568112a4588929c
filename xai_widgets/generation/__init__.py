"""What a model writes, step by step, and what else it could have written. What is here needs no torch."""

from xai_widgets.generation.beams import Beam, Beams
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step import Candidate, Step

__all__ = ["Beam", "Beams", "Candidate", "Generation", "Step"]
