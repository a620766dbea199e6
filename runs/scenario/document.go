package scenario

import (
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// Head is what every scenario begins with, whatever its model.
type Head struct {
	Title string `yaml:"title" jsonschema_description:"One line that says what the scenario shows"`
	Model string `yaml:"model" jsonschema_description:"The equation"`
	Seed  uint64 `yaml:"seed" jsonschema_description:"Fixes every random draw"`
	// Scales are nil where nothing says what the numbers mean.
	Scales *Scales `yaml:"scales,omitempty,flow" jsonschema_description:"What the numbers mean; changes no result"`
	Time   Time    `yaml:"time,flow"`
	// Converted says, for a document with units, how each number was written and what it became.
	Converted []string `yaml:"-" json:"-"`
}

// TimeUnit names the unit of all times of a scenario.
func (h Head) TimeUnit() string {
	if h.Scales != nil {
		return fmt.Sprintf("%g ms", h.Scales.Time)
	}
	switch h.Model {
	case "nnlif", "wilson-cowan":
		return "membrane time constants"
	}
	return "units of the parameters" // whatever rates and time constants are given in
}

// Tail is what every scenario ends with.
type Tail struct {
	Particles Particles     `yaml:"particles,flow"`
	MeanField MeanField     `yaml:"meanfield,flow"`
	Record    Record        `yaml:"record"`
	Expect    []Expectation `yaml:"expect" jsonschema_description:"Claims about summary.json, checked at the end"`
}

// Time says how far to go and where to compare.
type Time struct {
	End       float64   `yaml:"end" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Last time, from 0"`
	Snapshots []float64 `yaml:"snapshots" jsonschema_description:"Ascending times of the densities and of the comparison; the end when empty"`
	BurnIn    float64   `yaml:"burn_in,omitempty" jsonschema:"minimum=0" jsonschema_description:"Time from which on rates, spikes, traces and cascades are recorded"`
	Stop      string    `yaml:"stop,omitempty" jsonschema:"enum=end,enum=stationary" jsonschema_description:"stationary: end as soon as the rate of the mean field is so, at the latest at the end"`
}

// Particles says how the network is simulated.
type Particles struct {
	N        int     `yaml:"N,omitempty" jsonschema:"minimum=1" jsonschema_description:"Neurons; with several populations each has its own"`
	Dt       float64 `yaml:"dt" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Longest time step"`
	Scheme   string  `yaml:"scheme" jsonschema:"enum=bridge,enum=euler,enum=event,enum=thinning"`
	Replicas int     `yaml:"replicas" jsonschema:"minimum=1" jsonschema_description:"Independent networks"`
	Window   float64 `yaml:"rate_window,omitempty" jsonschema:"minimum=0" jsonschema_description:"Time constant over which noise that follows the rate (a1 > 0) measures it; 0: dt"`
}

// MeanField says how the limit equation is solved.
type MeanField struct {
	Scheme   string  `yaml:"scheme" jsonschema:"enum=spectral,enum=finite-volume,enum=characteristics"`
	Cells    int     `yaml:"cells,omitempty" jsonschema:"minimum=50" jsonschema_description:"Cells of the grid of finite volumes; scheme spectral chooses its own mesh"`
	Rtol     float64 `yaml:"rtol,omitempty" jsonschema:"minimum=0" jsonschema_description:"Relative tolerance; 0: the default of the scheme"`
	Entropy  string  `yaml:"entropy" jsonschema:"enum=none,enum=kl,enum=quadratic" jsonschema_description:"Relative entropy against the steady state that is approached: x ln x (kl) or (x - 1)²"`
	Continue bool    `yaml:"continue" jsonschema_description:"Go on after blow-ups, by coupling.reset; model elapsed-time: where the continuous N(t) ends, by jump"`

	// Which of several solutions N(t), of model elapsed-time without delay.
	JumpAt    float64 `yaml:"jump_at,omitempty" jsonschema:"minimum=0" jsonschema_description:"Time at which N(t) jumps to another solution of its equation; 0: never"`
	JumpEvery float64 `yaml:"jump_every,omitempty" jsonschema:"minimum=0" jsonschema_description:"Time from one such jump to the next; 0: one jump"`
	Jump      string  `yaml:"jump,omitempty" jsonschema:"enum=lowest,enum=highest,enum=above,enum=below" jsonschema_description:"To which solution"`
}

// Record says what is written down.
type Record struct {
	RateBin     float64 `yaml:"rate_bin" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Width of the bins and windows that rates are counted in"`
	DensityBins int     `yaml:"density_bins" jsonschema:"minimum=2" jsonschema_description:"Bins of the density histograms"`
	Raster      Raster  `yaml:"raster,flow"`
	Traces      Traces  `yaml:"traces,flow"`
}

// Raster says which spikes of replica 0 are kept.
type Raster struct {
	Neurons int      `yaml:"neurons" jsonschema:"minimum=0" jsonschema_description:"The first so many neurons; 0: no raster"`
	Format  string   `yaml:"format" jsonschema:"enum=parquet"`
	From    *float64 `yaml:"from,omitempty"`
	To      *float64 `yaml:"to,omitempty"`
}

// Interval returns the times that are kept; end when there is no upper one.
func (r Raster) Interval(end float64) (from, to float64) {
	to = math.Nextafter(end, math.Inf(1))
	if r.From != nil {
		from = *r.From
	}
	if r.To != nil {
		to = *r.To
	}
	return from, to
}

// Traces says whose potentials of replica 0 are kept.
type Traces struct {
	Neurons int `yaml:"neurons" jsonschema:"minimum=0" jsonschema_description:"The first so many neurons"`
}

// standardNumber is the number of neurons that a key left out falls back to.
const standardNumber = 100000

// standard returns the head and tail that keys left out fall back to.
func standard(model string) (Head, Tail) {
	return Head{Model: model, Seed: 20140605, Time: Time{End: 5}}, Tail{
		Particles: Particles{N: standardNumber, Dt: 0.05, Scheme: "bridge", Replicas: 1},
		MeanField: MeanField{Scheme: "spectral", Cells: 800, Entropy: "kl"},
		Record: Record{RateBin: 0.05, DensityBins: 200,
			Raster: Raster{Neurons: 1000, Format: "parquet"}, Traces: Traces{Neurons: 5}},
		Expect: []Expectation{},
	}
}

const (
	maxBins   = 10_000 // the null laws of a comparison draw this many numbers thousands of times
	maxCells  = 1e6
	maxSteps  = 1e12
	maxTraces = 1000
)

// check returns the faults of the parts that all models share.
func (h Head) check() (fs neuron.Faults) {
	fs.Add(positive(h.Time.End), "time.end", h.Time.End, "a number > 0")
	if h.Scales != nil {
		fs.Under("scales", h.Scales.check().Err())
	}
	fs.Add(h.Time.BurnIn >= 0 && !(h.Time.BurnIn >= h.Time.End && positive(h.Time.End)), "time.burn_in", h.Time.BurnIn, fmt.Sprintf("a time from 0 to below time.end = %v", h.Time.End))
	stops := []string{"end", "stationary"}
	fs.Add(h.Time.Stop == "" || slices.Contains(stops, h.Time.Stop), "time.stop", h.Time.Stop, among(stops, h.Time.Stop))
	fs.Add(h.Time.Stop != "stationary" || h.Model != "wilson-cowan" && h.Model != "biophysical", "time.stop", h.Time.Stop, "end with model "+h.Model+": the rate of the limit equation tells what is stationary")
	last := math.Inf(-1)
	for i, t := range h.Time.Snapshots {
		field := fmt.Sprintf("time.snapshots.%d", i)
		fs.Add(!(t < h.Time.BurnIn), field, t, fmt.Sprintf("a time from time.burn_in = %v on", h.Time.BurnIn))
		fs.Add(t >= 0 && !(t > h.Time.End), field, t, fmt.Sprintf("a time from 0 to time.end = %v", h.Time.End))
		fs.Add(!(t <= last), field, t, fmt.Sprintf("a time after the one before it, %v", last))
		last = t
	}
	return fs
}

// check returns the faults of the parts that all models share.
func (t Tail) check(end float64, sides Sides) (fs neuron.Faults) {
	p, r := t.Particles, t.Record
	fs.Add(positive(p.Dt) && !(sides.Network && p.Dt > end), "particles.dt", p.Dt, fmt.Sprintf("a time step > 0 and at most time.end = %v", end))
	if positive(p.Dt) && positive(end) {
		fs.Add(end/p.Dt <= maxSteps, "particles.dt", p.Dt, fmt.Sprintf("at least time.end / %g", maxSteps))
	}
	fs.Add(p.Window >= 0 && !math.IsInf(p.Window, 1), "particles.rate_window", p.Window, "a finite time ≥ 0 (0: dt)")
	fs.Add(p.Replicas >= 1 && p.Replicas <= 1<<20, "particles.replicas", p.Replicas, "a number of replicas from 1 to 1048576")
	fs.Add(positive(r.RateBin) && !(sides.Network && r.RateBin > end), "record.rate_bin", r.RateBin, fmt.Sprintf("a width > 0 and at most time.end = %v", end))
	if positive(r.RateBin) && positive(end) {
		fs.Add(end/r.RateBin <= maxBins, "record.rate_bin", r.RateBin, fmt.Sprintf("at least time.end / %d", maxBins))
	}
	fs.Add(r.DensityBins >= 2 && r.DensityBins <= maxBins, "record.density_bins", r.DensityBins, fmt.Sprintf("a number of bins from 2 to %d", maxBins))
	fs.Add(r.Raster.Neurons >= 0, "record.raster.neurons", r.Raster.Neurons, "a number ≥ 0")
	fs.Add(r.Raster.Format == "parquet", "record.raster.format", r.Raster.Format, "parquet (lapicque raster convert RUN spikes.csv writes the other formats)")
	from, to := r.Raster.Interval(end)
	if r.Raster.From != nil {
		fs.Add(from >= 0 && !(from >= end), "record.raster.from", from, fmt.Sprintf("a time from 0 to below time.end = %v", end))
	}
	if r.Raster.To != nil {
		fs.Add(to > from, "record.raster.to", to, fmt.Sprintf("a time after record.raster.from = %v", from))
	}
	fs.Add(r.Traces.Neurons >= 0 && r.Traces.Neurons <= maxTraces, "record.traces.neurons", r.Traces.Neurons, fmt.Sprintf("a number from 0 to %d", maxTraces))
	for i, e := range t.Expect {
		fs.Under(fmt.Sprintf("expect.%d", i), e.check())
	}
	return fs
}

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }
