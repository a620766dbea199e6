package converge

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"lapicque/network"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

const (
	leastSizes = 3 // of a straight line with something left to judge it by
	mostSizes  = 64
)

// ParseSizes reads "FROM:TO:COUNT": numbers of neurons in geometric progression, rounded. The error is neuron.Faults.
func ParseSizes(text string) ([]int, error) {
	var fs neuron.Faults
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		fs.Add(false, "N", text, "FROM:TO:COUNT, such as 1e3:1e6:7")
		return nil, fs
	}
	number := func(part, what string) float64 {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		ok := err == nil && x >= 1 && x <= network.MaxNeurons
		fs.Add(ok, "N, "+what, part, fmt.Sprintf("a number of neurons from 1 to %d", network.MaxNeurons))
		if !ok {
			return math.NaN()
		}
		return x
	}
	from, to := number(parts[0], "from"), number(parts[1], "to")
	fs.Add(!(to <= from), "N, to", parts[1], "more than the first number, "+parts[0])
	count, err := strconv.Atoi(strings.TrimSpace(parts[2]))
	fs.Add(err == nil && count >= leastSizes && count <= mostSizes, "N, count", parts[2], fmt.Sprintf("a whole number from %d to %d", leastSizes, mostSizes))
	if len(fs) > 0 {
		return nil, fs
	}
	var sizes []int
	for k := range count {
		sizes = append(sizes, int(math.Round(from*math.Pow(to/from, float64(k)/float64(count-1)))))
		fs.Add(k == 0 || sizes[k] > sizes[k-1] || len(fs) > 0, "N, count", parts[2], "fewer: rounded numbers between "+parts[0]+" and "+parts[1]+" coincide")
	}
	return sizes, fs.Err()
}

// Validate returns the faults of a study as neuron.Faults; those of its sizes are ParseSizes'. A scenario that is nil has been found
// faulty elsewhere.
func (s Study) Validate() error {
	var fs neuron.Faults
	fs.Add(s.Precision > 0 && s.Precision <= 1, "precision", s.Precision, "half the width of an interval of the exponents, a number > 0 and at most 1")
	fs.Add(s.BiasTime >= 0 && s.BiasTime <= 1e6, "bias-time", s.BiasTime, "a factor from 0 to 1e6 (0: 1)")
	fs.Add(s.Budget >= 0, "budget", s.Budget, "a time ≥ 0 (0: none)")
	if s.Scenario == nil {
		return fs.Err()
	}
	if _, doubles := s.Scenario.Document.(scenario.Doubling); doubles {
		head, _ := s.Scenario.Common()
		fs.Add(false, "model", head.Model, "a model with an equation of its limit, to converge to")
		return fs.Err()
	}
	last := 0
	for _, n := range s.Sizes {
		size := s.Scenario.Resized(n).Size()
		fs.Add(size > last, "N", n, fmt.Sprintf("a number of neurons that makes a network of more than %d in this scenario: populations and places hold at least one each", last))
		last = max(last, size)
	}
	return fs.Err()
}
