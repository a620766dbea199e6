// Package ensemble plays many networks of one scenario: at every point of a grid of its keys so many replicas, each to the end of
// its time and measured by one row of numbers (play.Sampler). A member is a point and a replica; its random draws depend on the
// seed, the point and the replica alone, so members may be played in any order, in any process, on any machine.
//
// Finished members stand in a journal, a line each with a checksum, from the moment on at which they are counted as done. A process
// that is killed loses the members it had not finished; the next one goes on and ends with the same tables, bit for bit. Shards
// divide the members between machines, and Merge makes of their folders the one that a single machine would have left.
package ensemble
