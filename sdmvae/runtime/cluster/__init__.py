"""Work on a cluster of Dask: one executor, whose tasks run in processes beside Dask's workers."""
