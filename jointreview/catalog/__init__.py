"""Departments, items, materials, the one form and checklists: dated data files and their loader."""
