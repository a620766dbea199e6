// Package fluctuations measures how a network in its stationary state fluctuates about the mean field, and how it does so with the number of
// neurons: the spectrum and the long-window variance of the rate, synchrony, the statistics of spikes, correlations of pairs and how far the law
// of two neurons is from a product (propagation of chaos). Replicas are added until the long-window variance is known well enough. What linear response
// and renewal theory tell of a model of package mfield is held against it.
package fluctuations
