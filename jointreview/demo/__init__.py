"""The demonstration: people, projects and cases, made by the same commands people use."""
