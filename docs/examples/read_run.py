"""Reads the folder of a run with numpy and pandas and prints what is in it.

    lapicque run blow-up -o RUN
    lapicque raster convert RUN spikes.csv --columns all
    python3 read_run.py RUN spikes.csv

A run of one side alone, or of several populations, has fewer or more lines.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd


def table(path):
    """A table as pandas reads it, with every bit of its numbers."""
    return pd.read_csv(path, float_precision="round_trip")


def mean_rates(run):
    """The mean over the run of every rate, population by population."""
    path = run / "tables/rates.csv"
    if not path.exists():
        return
    rates = table(path)
    parts = rates.groupby("population") if "population" in rates else [("", rates)]
    for name, part in parts:
        for side in "network", "meanfield":
            known = part[part[side + "_rate"].notna()]  # no mean field after a blow-up that ends it
            if len(known):
                width = known.time_to - known.time_from
                yield f"{side} {name}".strip(), np.average(known[side + "_rate"], weights=width)


def last_densities(run):
    """Time, mean and variance of every density at its last snapshot."""
    for path in sorted(run.glob("arrays/density_edges*.npy")):
        population = path.stem.removeprefix("density_edges")  # "" or "_E"
        edges = np.load(path)
        width, centre = np.diff(edges), (edges[1:] + edges[:-1]) / 2
        for side in "network", "meanfield":
            path = run / f"arrays/density_{side}{population}.npy"
            if not path.exists():
                continue
            time = np.load(run / f"arrays/density_{side}_times.npy")[-1]
            density = np.load(path)[-1]  # snapshots × bins
            weight = density * width
            weight /= weight.sum()  # below 1 where some neurons are refractory
            mean = weight @ centre
            variance = weight @ ((centre - mean) ** 2 + width**2 / 12)  # constant within a bin
            yield f"{side} {population[1:]}".strip(), time, mean, variance


def main(run, spikes=None):
    run = Path(run)
    if not (run / "manifest.json").exists():  # written last
        print("warning: this run is not finished", file=sys.stderr)
    summary = json.loads((run / "summary.json").read_text())
    print("scenario:", summary["scenario"])
    print("outcome:", summary["outcome"])

    for name, rate in mean_rates(run):
        print(f"mean rate, {name}: {rate:.12g}")
    for name, time, mean, variance in last_densities(run):
        print(f"density, {name}: time {time:.12g}, mean {mean:.12g}, variance {variance:.12g}")

    path = run / "tables/cascades.csv"
    if path.exists():
        cascades = table(path)
        print("cascades:", len(cascades))
        print("neurons in the largest cascade:", cascades["size"].max() if len(cascades) else 0)
    for side in "meanfield", "network":
        for b in summary.get(side, {}).get("blow_ups", []):
            if "jump" in b:
                print(f"blow-up, {side}: time {b['time']:.12g}, jump {b['jump']:.12g}")

    if spikes:  # or, with pyarrow: pd.read_parquet(run / "raster.parquet")
        print("spikes in the raster:", len(table(spikes)))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: read_run.py RUN [SPIKES.csv]")
    main(*sys.argv[1:])
