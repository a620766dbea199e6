package network

import (
	"cmp"
	"slices"

	"lapicque/neuron"
)

// Cascade returns who fires at one instant, by the rule of Delarue et al.:
// Γ₀ = {i : V_i ≥ V_F}; Γ_{k+1} = {i not yet in Γ : V_i + (b/N)|Γ₀ ∪ … ∪ Γ_k| ≥ V_F}.
// kick is b/N. The order is total and stated: descending potential, ties by
// ascending index; generation[r] is the k of the r-th that fires. Generations
// ascend along the order. A kick ≤ 0 recruits nobody.
func Cascade(potentials []float64, threshold, kick float64) (order []uint32, generation []uint16) {
	reach := max(0, kick) * float64(len(potentials)-1)
	for i, v := range potentials {
		if v >= threshold || v+reach >= threshold {
			order = append(order, uint32(i))
		}
	}
	sortByPotential(order, func(i int) float64 { return potentials[i] })
	generation = spread(order, func(i uint32) float64 { return potentials[i] }, 0, threshold, kick)
	return order[:len(generation)], generation
}

// sortByPotential sorts into cascade order.
func sortByPotential(order []uint32, potential func(int) float64) {
	slices.SortFunc(order, func(i, j uint32) int {
		if c := cmp.Compare(potential(int(j)), potential(int(i))); c != 0 {
			return c
		}
		return cmp.Compare(i, j)
	})
}

// spread walks down the order and returns the generation of each that fires,
// those above the threshold by themselves as generation first.
func spread(order []uint32, potential func(uint32) float64, first uint16, threshold, kick float64) []uint16 {
	generations := make([]uint16, 0, len(order))
	shift := 0.0 // kicks of the generations that are complete
	for rank, i := range order {
		v := potential(i)
		if v+shift < threshold {
			shift = kick * float64(rank)
			if v+shift < threshold {
				break
			}
			first = max(first, first+1) // saturates
		}
		generations = append(generations, first)
	}
	return generations
}

// after returns where a rule leaves a neuron of potential v that fired in a cascade
// whose kicks move everybody by total, and by since from its own spike on. A neuron's
// kick reaches itself, but under Hard.
func after(rule neuron.Rule, v, total, since, threshold, reset float64) float64 {
	switch rule {
	case neuron.Subtractive:
		return v + total - (threshold - reset)
	case neuron.Sequential:
		return reset + since
	}
	return reset
}
