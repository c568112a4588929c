"""Pictures of attention and attributions: numbers in, a drawing of shapes and texts out. No browser, no torch."""
