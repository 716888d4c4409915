"""The trip board: what waits for a survey, the trips of the days to come, one trip opened, and planning runs."""
