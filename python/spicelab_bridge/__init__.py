"""Carries opaque chunks to Dask and parts back; knows nothing of SPICE or statistics."""

__version__ = "0.1.0"
