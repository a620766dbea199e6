package scenario

import (
	"errors"

	"lapicque/mfield"
	"lapicque/neuron"
)

func (s *Circuit) Solver(start []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error) {
	return nil, errors.New("not yet")
}
