"""Reports out: one module per format, all views of the same `extract.model.Report`."""
