"""Masks and grey images as such: parts, runs and straight dark lines."""
