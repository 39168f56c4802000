"""Runs of any size: documents read by supervised workers, with a ledger that remembers what became of each."""
