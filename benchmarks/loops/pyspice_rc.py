"""The RC benchmark as users of PySpice write it: build the circuit, simulate, measure, again and again."""

import json
import logging
import os
import sys
import time
from ctypes.util import find_library

import numpy as np

# PySpice looks for a name that only the development package has.
os.environ.setdefault("NGSPICE_LIBRARY_PATH", find_library("ngspice") or "libngspice.so.0")
from PySpice.Spice.Netlist import Circuit

logging.disable(logging.CRITICAL)


def bandwidth(r, c):
    circuit = Circuit("RC low-pass")
    circuit.SinusoidalVoltageSource("1", "in", circuit.gnd, amplitude=1, ac_magnitude=1)
    circuit.R(1, "in", "out", r)
    circuit.C(1, "out", circuit.gnd, c)
    simulator = circuit.simulator(temperature=27, nominal_temperature=27)
    analysis = simulator.ac(
        start_frequency=10, stop_frequency=1e6, number_of_points=20, variation="dec"
    )
    frequency = np.array(analysis.frequency)
    decibels = 20 * np.log10(np.abs(np.array(analysis["out"])))
    return float(np.interp(3, -decibels, frequency))


def main():
    samples = int(sys.argv[1])
    random = np.random.default_rng(1)
    bandwidth(1e3, 1e-7)
    wall, processor = time.perf_counter(), time.process_time()
    found = [
        bandwidth(r, c)
        for r, c in zip(random.normal(1e3, 10, samples), random.normal(1e-7, 5e-9, samples))
    ]
    seconds = (time.perf_counter() - wall) / samples
    processor = (time.process_time() - processor) / samples
    assert 1400 < np.mean(found) < 1800, np.mean(found)
    print(json.dumps({"seconds": seconds, "processor": processor}))


main()
