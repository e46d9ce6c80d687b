"""Ray as a carrier."""
