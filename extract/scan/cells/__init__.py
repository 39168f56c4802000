"""Cells of a known grid: their numbers read again, and held against the ink."""
