"""Pages of documents as pictures, read without downloading: derived data, kept by digest, free to be deleted."""
