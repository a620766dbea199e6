// Package mpi connects the processes of an MPI job (MPI Forum, MPI: A Message-Passing Interface
// Standard, version 3.1, 2015), as ranks of package network. It is built with the tag mpi, by cgo,
// on Open MPI; without the tag Start returns a fault that says so.
package mpi

import "lapicque/network"

// World is all processes of the job. Its collectives serve one goroutine at a time.
type World interface {
	network.Ranks
	// Finalize waits for the other ranks and ends the use of MPI.
	Finalize()
}

// Texts returns the texts that the ranks give, in their order. It is a collective.
func Texts(ranks network.Ranks, own string) []string {
	words := []uint64{uint64(len(own))}
	for k := range len(own) {
		if k%8 == 0 {
			words = append(words, 0)
		}
		words[len(words)-1] |= uint64(own[k]) << (k % 8 * 8)
	}
	var texts []string
	for _, part := range ranks.Gather(words) {
		text := make([]byte, part[0])
		for k := range text {
			text[k] = byte(part[1+k/8] >> (k % 8 * 8))
		}
		texts = append(texts, string(text))
	}
	return texts
}
