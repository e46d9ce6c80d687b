"""Points to try next, from Optuna's samplers."""
