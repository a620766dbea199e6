package scenario

import (
	"fmt"
	"math"

	"github.com/invopop/jsonschema"

	"lapicque/mfield/elapsed"
	"lapicque/neuron"
)

// Ages is the law of the times since the last spike at time 0: one of the laws of ages, chosen by the key law.
type Ages struct{ Choice agesLaw }

// agesLaw is one way to write a law of ages.
type agesLaw interface {
	// ages returns the law for neurons of an equation without faults, or neuron.Faults.
	ages(elapsed.Equation) (neuron.Initial, error)
}

// agesLaws is the registry of laws of ages.
var agesLaws = map[string]func() agesLaw{
	"exponential": func() agesLaw { return &ExponentialAges{Law: "exponential", Rate: 1} },
	"uniform":     func() agesLaw { return &UniformAges{} },
	"point":       func() agesLaw { return &PointAges{} },
	"steady":      func() agesLaw { return &SteadyAges{} },
	"periodic":    func() agesLaw { return &PeriodicAges{} },
}

func (a *Ages) decode(d *decoder, n *node, field string) {
	if chosen := choose(d, n, field, "law", "exponential", agesLaws); chosen != nil {
		a.Choice = chosen
	}
}

// MarshalYAML writes the law chosen.
func (a Ages) MarshalYAML() (any, error) { return a.Choice, nil }

// JSONSchema is one schema a law.
func (Ages) JSONSchema() *jsonschema.Schema {
	return variants("Law of the ages, the times since the last spike, at time 0", agesLaws, "exponential")
}

// ExponentialAges is the law of density rate·e^{−rate·(s − from)} on s ≥ from.
type ExponentialAges struct {
	Law  string  `yaml:"law"`
	Rate float64 `yaml:"rate" jsonschema:"exclusiveMinimum=0"`
	From float64 `yaml:"from" jsonschema:"minimum=0"`
}

func (a *ExponentialAges) ages(elapsed.Equation) (neuron.Initial, error) {
	var fs neuron.Faults
	fs.Add(positive(a.Rate), "rate", a.Rate, "a finite number > 0")
	fs.Add(a.From >= 0, "from", a.From, "an age ≥ 0")
	return neuron.Exponential{From: a.From, Rate: a.Rate}, fs.Err()
}

// UniformAges is the uniform law between two ages.
type UniformAges struct {
	Law  string  `yaml:"law"`
	From float64 `yaml:"from" jsonschema:"minimum=0"`
	To   float64 `yaml:"to" jsonschema:"exclusiveMinimum=0"`
}

func (a *UniformAges) ages(elapsed.Equation) (neuron.Initial, error) {
	var fs neuron.Faults
	fs.Add(a.From >= 0, "from", a.From, "an age ≥ 0")
	fs.Add(a.To > a.From, "to", a.To, fmt.Sprintf("an age above from = %v", a.From))
	return neuron.Uniform{From: a.From, To: a.To}, fs.Err()
}

// PointAges is all neurons at one age.
type PointAges struct {
	Law string  `yaml:"law"`
	Age float64 `yaml:"age" jsonschema:"minimum=0"`
}

func (a *PointAges) ages(elapsed.Equation) (neuron.Initial, error) {
	var fs neuron.Faults
	fs.Add(a.Age >= 0, "age", a.Age, "an age ≥ 0")
	return neuron.Point{Potential: a.Age}, fs.Err()
}

// SteadyAges is the law of the ages in the stable steady state of lowest rate, or in the state whose rate is nearest to Rate.
type SteadyAges struct {
	Law  string   `yaml:"law"`
	Rate *float64 `yaml:"rate,omitempty" jsonschema:"minimum=0"`
}

func (a *SteadyAges) ages(e elapsed.Equation) (neuron.Initial, error) {
	states, err := e.SteadyStates()
	if err != nil {
		return nil, refused(": the steady states were not found (" + err.Error() + ")")
	}
	k := nearest(len(states), a.Rate, func(k int) (float64, bool) { return states[k].Rate, states[k].Stable })
	if k < 0 {
		return nil, refused(fmt.Sprintf(", or rate: this equation has %d steady states and no stable one", len(states)))
	}
	return e.SteadyLaw(states[k]), nil
}

// PeriodicAges is the law at time 0 of elapsed.Periodic, for the equation that it solves.
type PeriodicAges struct {
	Law    string  `yaml:"law"`
	Period float64 `yaml:"period" jsonschema:"exclusiveMinimum=0"`
}

// mostWaits bounds k.
const mostWaits = 1000

func (a *PeriodicAges) ages(e elapsed.Equation) (neuron.Initial, error) {
	p, err := a.solution(e)
	if err != nil {
		return nil, err
	}
	return p.Ages(), nil
}

// solution returns the explicit solution, or the faults of an equation that is none of its family.
func (a *PeriodicAges) solution(e elapsed.Equation) (elapsed.Periodic, error) {
	var fs neuron.Faults
	if fs.Add(a.Period >= 1e-3 && a.Period <= 100, "period", a.Period, "a period T from 0.001 to 100"); len(fs) > 0 {
		return elapsed.Periodic{}, fs
	}
	p := elapsed.Periodic{Waits: int(math.Round(min(e.Law.Sigma.Base/a.Period, mostWaits))), Period: a.Period}
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-12*math.Abs(y) }
	want := p.Equation()
	sigma, wanted := e.Law.Sigma, want.Law.Sigma
	same := p.Waits >= 1 && sigma.Law == wanted.Law && near(sigma.Base, wanted.Base) && near(sigma.Amplitude, wanted.Amplitude) && near(sigma.Scale, wanted.Scale) &&
		e.Law.Hazard == want.Law.Hazard && e.Synapses == want.Synapses
	fs.Add(same, "law", "periodic", fmt.Sprintf("another law, unless hazard is step, sigma logarithmic with base kT, k = 1, 2, … (T = %v the period), amplitude 1 and "+
		"scale 1/(1 + k(1 − e^{−T})) to 12 digits (k = %d: %.17g), b = 1 and transmission instantaneous", a.Period, max(1, p.Waits), elapsed.Periodic{Waits: max(1, p.Waits), Period: a.Period}.High()))
	return p, fs.Err()
}
