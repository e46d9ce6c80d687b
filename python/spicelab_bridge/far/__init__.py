"""What runs on the workers of a cluster. Travels by value: a worker host needs not have this package."""
