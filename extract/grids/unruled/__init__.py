"""Grids where rulings are missing: rows and columns told by labels, headers, figures and white space."""
