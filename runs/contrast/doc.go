// Package contrast holds runs against each other, and what somebody else measured against a mean field: densities by their distances
// with the law that chance alone gives them, rates in bins of time, moments, blow-ups, and a verdict in words.
package contrast
