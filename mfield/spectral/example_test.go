package spectral_test

import (
	"context"
	"fmt"

	"lapicque/mfield/spectral"
	"lapicque/neuron"
)

// An excitatory network that explodes, fires 99.7 % of its neurons at once, and
// goes on.
func Example() {
	s, err := spectral.New(spectral.Problem{
		Law:     neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1},
		B:       3,
		Rule:    neuron.Hard,
		Initial: neuron.TruncatedGaussian{Mean: -1, Variance: 0.5, Upper: 2},
	}, spectral.Options{Rtol: 1e-7})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Advance(context.Background(), 3.5); err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range s.BlowUps() {
		fmt.Printf("t = %.5f: %.4f of all neurons fired\n", b.Time, b.Jump)
	}
	mass, _, _ := s.Moments()
	fmt.Printf("mass %.10f\n", mass)
	// Output:
	// t = 3.41737: 0.9973 of all neurons fired
	// mass 1.0000000000
}
