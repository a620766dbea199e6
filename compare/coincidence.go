package compare

import (
	"math"

	"lapicque/neuron"
)

// Coincidence is what two spike trains of one duration have in common: N_c pairs of spikes at most δ apart, each spike in at
// most one pair.
type Coincidence struct {
	Pairs     int     `json:"pairs"`  // N_c
	Data      int     `json:"data"`   // spikes of the train that is predicted
	Model     int     `json:"model"`  // spikes of the train that predicts
	Chance    float64 `json:"chance"` // 2νδ·Data: pairs by chance with a Poisson train of the model's rate ν
	Deviation float64 `json:"rms"`    // root mean square of the time between the spikes of a pair
	Gamma     float64 `json:"gamma"`
}

// CoincidenceFactor returns Γ of Kistler, Gerstner and van Hemmen (1997, Neural Comput. 9:1015, eq. 10) in the form of
// Jolivet et al. (2008, J. Neurosci. Methods 169:417, eq. 1),
//
//	Γ = (N_c − ⟨N_c⟩)/(½(N_data + N_model)) · 1/(1 − 2νδ),   ⟨N_c⟩ = 2νδ N_data,   ν = N_model/duration:
//
// 1 for equal trains, 0 on average for a Poisson train of the model's rate, to first order in νδ. Times are ascending, in the unit of
// duration and δ. The error is neuron.Faults: an empty train, or δ so wide that chance would match every spike (2νδ ≥ 1).
func CoincidenceFactor(data, model []float64, duration, delta float64) (Coincidence, error) {
	var fs neuron.Faults
	fs.Add(positive(duration), "duration", duration, "a finite time > 0")
	fs.Add(positive(delta), "delta", delta, "a finite time > 0")
	fs.Add(len(data) > 0, "data", "a train without spikes", "at least one spike")
	fs.Add(len(model) > 0, "model", "a train without spikes", "at least one spike")
	if err := fs.Err(); err != nil {
		return Coincidence{}, err
	}
	rate := float64(len(model)) / duration
	fs.Add(2*rate*delta < 1, "delta", delta, "a precision below half the mean interval between the model's spikes")
	if err := fs.Err(); err != nil {
		return Coincidence{}, err
	}
	c := Coincidence{Data: len(data), Model: len(model), Chance: 2 * rate * delta * float64(len(data))}
	var squares float64
	c.Pairs, squares = Coincidences(data, model, delta)
	if c.Pairs > 0 {
		c.Deviation = math.Sqrt(squares / float64(c.Pairs))
	}
	c.Gamma = (float64(c.Pairs) - c.Chance) / (float64(c.Data+c.Model) / 2 * (1 - 2*rate*delta))
	return c, nil
}

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 0) }

// Coincidences returns the largest number of pairs, a spike of each train, at most δ apart, that share no spike, and the
// sum of the squares of the times between them. Taking the earliest spikes that fit in order of time attains that number. Times are ascending.
func Coincidences(a, b []float64, delta float64) (pairs int, squares float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch d := a[i] - b[j]; {
		case d < -delta:
			i++
		case d > delta:
			j++
		default:
			pairs, squares = pairs+1, squares+d*d
			i, j = i+1, j+1
		}
	}
	return pairs, squares
}

// ChanceCoincidences returns the exact mean number of pairs a unit of time between independent Poisson trains of rates λ and
// μ. The age of the oldest spike that still waits for a partner has the density λp₀e^{(λ−μ)x} on [0, δ] while it
// belongs to the first train, and the same with λ and μ exchanged; p₀ is the probability that none waits. With λ = μ: 2λ²δ/(1 + 2λδ).
func ChanceCoincidences(lambda, mu, delta float64) float64 {
	waiting := func(own, other float64) float64 { return own * neuron.Relaxed(other-own, delta) }
	first, second := waiting(lambda, mu), waiting(mu, lambda)
	return (mu*first + lambda*second) / (1 + first + second)
}

// Reliability returns the intrinsic reliability of repeated responses to one stimulus, the mean of Γ over all ordered pairs of repeats
// (Jolivet et al. 2008, eq. 2): what a perfect model of the neuron without its noise could at most be expected to reach. It
// needs two repeats; the error is neuron.Faults.
func Reliability(repeats [][]float64, duration, delta float64) (float64, error) {
	var fs neuron.Faults
	fs.Add(len(repeats) >= 2, "repeats", len(repeats), "at least two repeats")
	if err := fs.Err(); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, a := range repeats {
		for j, b := range repeats {
			if i == j {
				continue
			}
			c, err := CoincidenceFactor(a, b, duration, delta)
			if err != nil {
				return 0, err
			}
			sum += c.Gamma
		}
	}
	return sum / float64(len(repeats)*(len(repeats)-1)), nil
}
