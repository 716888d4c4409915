"""Work that runs beside the pages: sweeps and conversions."""
