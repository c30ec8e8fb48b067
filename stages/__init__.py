"""One thin script a stage of the pipeline; see dvc.yaml for how they chain."""
