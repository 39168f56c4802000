"""What makes pages of the documentation: from the command line, the layouts, and what is installed."""
