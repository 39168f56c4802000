"""Pages that are images: how they are lit, flattened and ruled, before any of their text is read."""
