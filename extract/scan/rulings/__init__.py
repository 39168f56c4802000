"""Rulings: where the lines of a sheet's tables stand, and between which of them each one runs."""
