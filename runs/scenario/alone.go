package scenario

import (
	"maps"
	"math"
	"math/rand/v2"

	"lapicque/neuron"
)

// mostKnots bounds the points of a noise current.
const mostKnots = 1e6

// alone are the currents of a single neuron: those of scenarios, a ramp and noise.
var alone = maps.Clone(currents)

func init() {
	alone["ramp"] = func() currentLaw { return &ramp{} }
	alone["noise"] = func() currentLaw { return &noise{Seed: 1} }
}

// ramp goes linearly from one current to another between two times.
type ramp struct {
	Law   string  `yaml:"law"`
	From  float64 `yaml:"from"`
	To    float64 `yaml:"to"`
	Start float64 `yaml:"start"`
	End   float64 `yaml:"end" jsonschema:"required"`
}

func (r *ramp) check(float64) (fs neuron.Faults) {
	fs.Add(r.Start < r.End, "end", r.End, "a time after start")
	return fs
}

func (r *ramp) current() neuron.Current {
	return neuron.NewTable([]float64{r.Start, r.End}, []float64{r.From, r.To})
}

// noise is a stationary Ornstein–Uhlenbeck process, drawn exactly at equal steps and linear between them: one path, fixed
// by the seed.
type noise struct {
	Law         string  `yaml:"law"`
	Mean        float64 `yaml:"mean"`
	Deviation   float64 `yaml:"deviation" jsonschema:"required"`
	Correlation float64 `yaml:"correlation" jsonschema:"required"`
	Step        float64 `yaml:"step" jsonschema:"required"`
	Seed        uint64  `yaml:"seed"`
	until       float64
}

func (n *noise) check(until float64) (fs neuron.Faults) {
	n.until = until
	fs.Add(n.Deviation >= 0, "deviation", n.Deviation, "a number ≥ 0")
	fs.Add(n.Correlation > 0, "correlation", n.Correlation, "a time > 0")
	fs.Add(n.Step > 0 && (!positive(until) || until/n.Step <= mostKnots), "step", n.Step, "a time > 0 that the duration holds at most 10⁶ times")
	return fs
}

func (n *noise) current() neuron.Current {
	points := int(math.Ceil(n.until/n.Step)) + 1
	times, values := make([]float64, points), make([]float64, points)
	random := rand.New(rand.NewPCG(n.Seed, 0))
	keep, x := math.Exp(-n.Step/n.Correlation), random.NormFloat64()
	for k := range times {
		times[k], values[k] = float64(k)*n.Step, n.Mean+n.Deviation*x
		x = keep*x + math.Sqrt(1-keep*keep)*random.NormFloat64()
	}
	return neuron.NewTable(times, values)
}

// ParseCurrent reads the current of a single neuron until a time > 0: a number, or a mapping as under neuron.current of a
// scenario, such as {law: sine, mean: 1, amplitude: 0.5, frequency: 0.1}, or one of {law: ramp, from: 0, to: 2, start: 0, end: 100} and
// {law: noise, mean: 1, deviation: 0.5, correlation: 5, step: 0.1, seed: 1}, an Ornstein–Uhlenbeck process. The file of a table is relative to the
// working directory. The error is neuron.Faults.
func ParseCurrent(text string, until float64) (neuron.Current, error) {
	const field = "current"
	root, faults := parse("", []byte(text))
	if root == nil {
		return nil, bare(faults, field)
	}
	d := &decoder{faults: faults}
	var c Current
	if root.kind == mapping && len(root.pairs) == 0 {
		d.faults.add(root.at, field, "nothing", "a number, or a mapping with the key law")
	} else if root.kind != mapping {
		c.decode(d, root, field)
	} else if chosen := choose(d, root, field, "law", "sine", alone); chosen != nil && len(d.faults) == 0 {
		if own, ok := chosen.(interface{ check(float64) neuron.Faults }); ok {
			c.faults = own.check(until)
		}
		if len(c.faults) == 0 {
			c.Current = chosen.current()
			c.file, _ = chosen.(*CurrentTable)
		}
	}
	if len(d.faults) > 0 {
		return nil, bare(d.faults, field)
	}
	c.rebase(".")
	var fs neuron.Faults
	fs.Under(field, c.check(until).Err())
	if len(fs) == 0 {
		fs.Under(field, c.Validate())
	}
	return c.Current, fs.Err()
}

// bare returns faults without their places, under a name where they have none.
func bare(placed Faults, field string) (fs neuron.Faults) {
	for _, f := range placed {
		if f.Field == "" {
			f.Field = field
		}
		fs = append(fs, f.Fault)
	}
	return fs
}
