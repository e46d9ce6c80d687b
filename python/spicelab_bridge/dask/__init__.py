"""Dask as a carrier."""
