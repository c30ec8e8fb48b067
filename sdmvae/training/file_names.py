"""The names of the files of a trained cell, without any library that reads them."""

CONFIGURATION, WEIGHTS = "configuration.json", "weights.safetensors"
