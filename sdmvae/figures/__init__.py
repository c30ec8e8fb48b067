"""What all figures share, and the figures that DVC shows."""
