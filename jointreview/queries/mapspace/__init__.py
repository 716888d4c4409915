"""The workspace map: what a view of it shows, the list beside it, choosing by lasso, one case in short."""
