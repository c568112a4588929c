"""Sentences made by small grammars, with the truth about each one: what the demo models are trained on.

Each grammar is a module with a ``sample(count, seed=..., split=...)`` function:

- ``sentiment``: opinions, with the words that decide the label
- ``translation``: English and French, with the word alignment
- ``language_model``: subject-verb agreement and repetitions, with the position of the verb

All word lists and rules were written for this project. The modules import nothing but the standard
library.
"""
