"""Programs that made files of this repository once; the pipeline never runs them."""
