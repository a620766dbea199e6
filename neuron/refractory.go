package neuron

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"strings"
)

// Refractoriness is the law of the time that a neuron spends in the refractory state: it
// leaves at V_F, does not move, loses the kicks that arrive meanwhile, and returns at V_R.
type Refractoriness int

const (
	// NoRefractory: a neuron restarts at V_R in the instant of its spike.
	NoRefractory Refractoriness = iota
	// ExponentialRefractory: an exponential time of mean τ, so that the refractory
	// fraction follows R′ = N − R/τ and R/τ returns (Cáceres and Perthame 2014).
	ExponentialRefractory
	// FixedRefractory: exactly τ, so that N(t − τ) returns (Brunel 2000).
	FixedRefractory
)

var refractoryNames = []string{"none", "exponential", "fixed"}

// String returns the law's name in scenario files.
func (r Refractoriness) String() string {
	if r < 0 || int(r) >= len(refractoryNames) {
		return fmt.Sprintf("refractory law %d", int(r))
	}
	return refractoryNames[r]
}

// ParseRefractoriness is the inverse of String; its error is Faults on neuron.refractory.law.
func ParseRefractoriness(name string) (Refractoriness, error) {
	if k := slices.Index(refractoryNames, name); k >= 0 {
		return Refractoriness(k), nil
	}
	return 0, Faults{{Field: "neuron.refractory.law", Value: name, Accepted: "one of " + strings.Join(refractoryNames, ", ")}}
}

// Refractory is the refractory state of a neuron; the zero value is none.
type Refractory struct {
	Law Refractoriness
	Tau float64 // τ > 0, its mean duration; 0 without one
}

// Mean returns the mean duration, 0 without a refractory state.
func (r Refractory) Mean() float64 {
	if r.Law == NoRefractory {
		return 0
	}
	return r.Tau
}

// Transform returns the Laplace transform of the duration, E e^{−sT}.
func (r Refractory) Transform(s complex128) complex128 {
	switch r.Law {
	case ExponentialRefractory:
		return 1 / (1 + s*complex(r.Tau, 0))
	case FixedRefractory:
		return cmplx.Exp(-s * complex(r.Tau, 0))
	}
	return 1
}

// Validate returns Faults, or nil; fields carry the names of the scenario file.
func (r Refractory) Validate() error {
	var fs Faults
	if _, err := ParseRefractoriness(r.Law.String()); err != nil {
		fs.Add(false, "law", r.Law, "one of "+strings.Join(refractoryNames, ", "))
		return fs.Err()
	}
	if r.Law == NoRefractory {
		fs.Add(r.Tau == 0, "tau", r.Tau, "0 with law none: give law exponential or fixed")
	} else {
		fs.Add(r.Tau > 0 && !math.IsInf(r.Tau, 1), "tau", r.Tau, "a finite time > 0")
	}
	return fs.Err()
}
