"""From a corpus to frames: split, conversion to 16 kHz, manifest, frame store."""
