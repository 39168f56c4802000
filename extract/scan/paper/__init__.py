"""The sheet: what lies about it and on it taken off, light evened, and made flat."""
