"""The recipes that train the embedded demo models, each from a seed, in minutes, on one processor core.

``python -m xai_widgets.demos.recipes.sentiment`` (or ``translation``, ``language_model``) trains the model,
measures it on held-out sentences and writes it with its model card.
"""
