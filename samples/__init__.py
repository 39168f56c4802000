"""Sample reports: truth files, and the code that prints them as PDFs."""
