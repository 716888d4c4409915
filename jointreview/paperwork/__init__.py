"""Official documents (python-docx) and their PDF."""
