"""The embedded demo models: their weights, the sentences they learn from and the recipes that train them."""
