"""Every change: the registry, the executor, and one file per subject."""
