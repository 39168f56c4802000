"""Lines of print: where they stand once rulings are taken off, and how they are shown to a recogniser."""
