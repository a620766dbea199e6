//go:build !mpi

package mpi

import "lapicque/neuron"

// Start returns neuron.Faults: this program is built without MPI.
func Start() (World, error) {
	return nil, neuron.Faults{{Field: "mpi", Value: true, Accepted: "a program that is built with MPI: go build -tags mpi (docs/mpi.md); this one is built without"}}
}
