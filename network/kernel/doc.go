// Package kernel is the inner loop of the network engine: one vector pass that
// moves a block of potentials by one exact Ornstein–Uhlenbeck step, each with
// its own normal, and lists the neurons that may have crossed the threshold
// inside the step. It knows nothing of kicks, cascades, files or goroutines.
//
// Random numbers. Each block owns eight lanes of xoshiro256++ (Blackman and
// Vigna 2021), one per vector lane, keyed by (seed, replica, block). A neuron's
// step takes one 64-bit word: the upper half makes the normal, the lower half
// the uniform of the crossing test. Rare draws (crossing times, restarts) come
// from Stream, a counter keyed by (seed, replica, step, neuron), so that they
// depend on nothing else.
package kernel

//go:generate go run ./gen
//go:generate go run ./asm -out pass_amd64.s -stubs pass_amd64.go -pkg kernel
