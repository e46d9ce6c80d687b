"""Carries opaque chunks to Dask or Ray and parts back; knows nothing of SPICE or statistics."""

__version__ = "0.1.0"
