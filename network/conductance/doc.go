// Package conductance simulates N neurons of the voltage–conductance law, coupled through the rate of the
// population: every spike adds c/(N σ_E) to every conductance.
package conductance
