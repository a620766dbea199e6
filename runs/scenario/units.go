package scenario

import (
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"lapicque/neuron"
)

// Scales say what the numbers of a document mean: a time t is t·Time ms, a potential v is Rest + v·Potential mV, a
// rate of 1 is 1000/Time Hz. They change no result.
type Scales struct {
	Time      float64 `yaml:"time_ms" json:"time_ms" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Milliseconds of one unit of time"`
	Potential float64 `yaml:"potential_mV" json:"potential_mV" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Millivolts of one unit of potential"`
	Rest      float64 `yaml:"rest_mV" json:"rest_mV" jsonschema_description:"Millivolts that the potential 0 stands for"`
}

// Hertz returns the rate of 1 in spikes per second.
func (s Scales) Hertz() float64 { return 1000 / s.Time }

// String says what the numbers mean.
func (s Scales) String() string {
	return fmt.Sprintf("time 1 = %g ms, potential v = (V − (%g mV))/(%g mV), rate 1 = %.6g Hz", s.Time, s.Rest, s.Potential, s.Hertz())
}

func (s Scales) check() (fs neuron.Faults) {
	fs.Add(positive(s.Time), "time_ms", s.Time, "a number > 0")
	fs.Add(positive(s.Potential), "potential_mV", s.Potential, "a number > 0")
	fs.Add(finite(s.Rest), "rest_mV", s.Rest, "a finite number")
	return fs
}

// units are those that a document with dimensions is written in.
type units struct {
	Potential string `yaml:"potential" jsonschema:"enum=mV,enum=V"`
	Time      string `yaml:"time" jsonschema:"enum=ms,enum=s"`
}

// Units in mV and in ms.
var (
	potentialUnits = map[string]float64{"mV": 1, "V": 1000}
	timeUnits      = map[string]float64{"ms": 1, "s": 1000}
)

// dimensional is a neuron with dimensions under the names of NEST; potentials and times are in the units of the document.
// What is not written stays nil.
type dimensional struct {
	Threshold   *float64    `yaml:"V_th" jsonschema:"required" jsonschema_description:"Firing threshold"`
	Reset       *float64    `yaml:"V_reset" jsonschema:"required" jsonschema_description:"Reset potential"`
	Rest        *float64    `yaml:"E_L" jsonschema:"required" jsonschema_description:"Resting potential"`
	Tau         *float64    `yaml:"tau_m" jsonschema:"required,exclusiveMinimum=0" jsonschema_description:"Membrane time constant"`
	Capacitance *float64    `yaml:"C_m" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Capacitance in pF, for I_e"`
	Injected    *float64    `yaml:"I_e" jsonschema_description:"Constant current in pA"`
	Current     Current     `yaml:"current" jsonschema_description:"External current times the membrane resistance, as a potential"`
	Absence     *float64    `yaml:"t_ref" jsonschema:"minimum=0" jsonschema_description:"Fixed refractory time"`
	Refractory  *Refractory `yaml:"refractory" jsonschema_description:"Instead of t_ref"`
	Firing      *Firing     `yaml:"firing"`
	Sigma       *float64    `yaml:"sigma" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Noise: tau_m dV = … + sigma √tau_m dW"`
	A0          *float64    `yaml:"a0" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Instead of sigma, the diffusion sigma²/(2 tau_m)"`
	A1          float64     `yaml:"a1" jsonschema:"minimum=0" jsonschema_description:"Diffusion per unit of the population's rate"`
	Potential   *float64    `yaml:"V_m" jsonschema_description:"Potential of all neurons at time 0, instead of initial"`
}

// alias is another name of a key of dimensional, and the factor of its unit.
type alias struct {
	name   string
	factor float64
}

// aliases are PyNN's names, whose currents are in nA and capacitances in nF, and those of the papers.
var aliases = map[string]alias{
	"v_thresh": {"V_th", 1}, "v_reset": {"V_reset", 1}, "v_rest": {"E_L", 1}, "tau_refrac": {"t_ref", 1},
	"cm": {"C_m", 1000}, "i_offset": {"I_e", 1000}, "V_F": {"V_th", 1}, "V_R": {"V_reset", 1},
}

// foreign returns a key of a neuron that only a document with units has, "" without one.
func foreign(n *node) string {
	for _, p := range n.pairs {
		if a, other := aliases[p.key]; other && p.key != "V_F" && p.key != "V_R" || a.name == "" && nestOnly(p.key) {
			return p.key
		}
	}
	return ""
}

// nestOnly reports whether a key is one of dimensional and not of Neuron.
func nestOnly(key string) bool {
	_, dimensional := fieldsOf(reflect.ValueOf(&dimensional{}).Elem())[key]
	_, plain := fieldsOf(reflect.ValueOf(&Neuron{}).Elem())[key]
	return dimensional && !plain
}

// dimensionalSchema returns the schema of documents with units from that of documents without.
func dimensionalSchema(plain *jsonschema.Schema) *jsonschema.Schema {
	s := plain
	s.Properties.Set("units", reflected(reflect.TypeFor[units]()))
	s.Required = append(s.Required, "units")
	s.Properties.Delete("scales")
	s.Properties.Set("rng_seed", &jsonschema.Schema{Type: "integer"})
	neurons := reflected(reflect.TypeFor[dimensional]())
	neurons.Required = nil // under one name or another
	for _, name := range namesOf(aliases) {
		neurons.Properties.Set(name, &jsonschema.Schema{Type: "number", Description: aliases[name].name + " by another name"})
	}
	target := s.Properties
	if p, ok := s.Properties.Get("populations"); ok {
		target = p.AdditionalProperties.Properties
	}
	target.Set("neuron", neurons)
	if c, ok := s.Properties.Get("coupling"); ok {
		c.Properties.Set("weight", Matrix{}.JSONSchema())
	}
	return s
}
