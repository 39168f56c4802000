"""Tables made out from lines of plain text."""
