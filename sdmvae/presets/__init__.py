"""Presets: what they change, the folder that each runs in, the experiment that it becomes."""
