"""The reader's cases for other programs, by OGC API - Features 1.0."""
