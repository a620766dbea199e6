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
	var standing []stander
	reach := max(0, kick) * float64(len(potentials)-1)
	for i, v := range potentials {
		if v >= threshold || v+reach >= threshold {
			standing = append(standing, stander{uint32(i), v})
		}
	}
	sortByPotential(standing)
	generation = spread(standing, 0, threshold, kick)
	for _, one := range standing[:len(generation)] {
		order = append(order, one.neuron)
	}
	return order, generation
}

// stander is a neuron that a cascade may reach, and where it stands.
type stander struct {
	neuron    uint32
	potential float64
}

// sortByPotential sorts into cascade order.
func sortByPotential(order []stander) {
	slices.SortFunc(order, func(a, b stander) int {
		if c := cmp.Compare(b.potential, a.potential); c != 0 {
			return c
		}
		return cmp.Compare(a.neuron, b.neuron)
	})
}

// spread walks down the order and returns the generation of each that fires,
// those above the threshold by themselves as generation first.
func spread(order []stander, first uint16, threshold, kick float64) []uint16 {
	generations := make([]uint16, 0, len(order))
	shift := 0.0 // kicks of the generations that are complete
	for rank, one := range order {
		v := one.potential
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
