"""See inside a Hugging Face transformer from a notebook cell."""
