"""Digital signal processing: audio files, signals and the short-time Fourier transform."""
