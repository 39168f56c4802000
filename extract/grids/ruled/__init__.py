"""Grids from rulings, and the text of their cells."""
