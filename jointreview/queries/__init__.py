"""Read models for pages, HTTP routes and exports: they show and never write."""
