// Package play executes a resolved scenario: the mean field first, then the
// replicas of the network in lockstep from snapshot to snapshot, then the
// comparison; everything goes into a run folder as it is made.
package play
