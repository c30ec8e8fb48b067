"""Linear probes: what a frame's code tells of its voicing, pitch, energy, phone and speaker."""
