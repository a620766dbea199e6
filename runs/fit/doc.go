// Package fit fits integrate-and-fire neurons to recordings: it reads the response of a neuron to a current, looks for the
// parameters with which a model's spikes coincide best with those that were recorded, tries them on a part of the
// recording that the search never saw, and leaves a folder with tables, plots and a report.
//
// # Files of recordings
//
// A recording is a table, as CSV, TSV (or with semicolons) or Parquet, whose columns are named in the first row, the unit in brackets:
//
//	time [ms],current [pA],potential [mV]
//	time [s],current [nA],spikes_1,spikes_2,spikes_3
//
// time: ascending at equal steps, in s, ms or us. current: held from its row to the next, in A, mA, uA, nA, pA or, as a
// density, uA/cm2, mA/cm2. spikes: 1 in the row of a spike, else 0. potential: in V or mV; spikes are its upward crossings of a threshold. Several
// numbered columns are repeats of the experiment with the same current. Where there are spikes, potentials are drawn and not otherwise used. Other
// columns are ignored, as are lines that begin with #.
//
// A recording of the Quantitative Single-Neuron Modeling Competition of the INCF (2009), challenges A and B, comes as one file with the current
// in pA and one with the potentials of all repeats in mV, a column each, at 0.1 ms, without a first row. paste and awk put a
// time and a header in front; docs/numerics-fit.md has the line.
package fit
