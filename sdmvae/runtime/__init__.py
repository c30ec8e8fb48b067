"""What everything else runs on: files written whole, seeds, worker processes, progress."""
