"""A transformers model seen as one thing: its task, its inputs, its attention."""
