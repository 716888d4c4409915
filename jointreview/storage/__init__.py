"""The document store: local folder and S3 behind one interface."""
