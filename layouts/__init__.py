"""Layout files: what the tables of a form look like, one YAML file for each edition."""
