package kernel

import (
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// pvalues collects P(statistic ≥ what was seen) of many tests.
type pvalues struct {
	names []string
	p     []float64
}

func (p *pvalues) add(name string, value float64) {
	p.names, p.p = append(p.names, name), append(p.p, value)
}

func (p *pvalues) chi(name string, chi2 float64, freedom int) {
	p.add(name, distuv.ChiSquared{K: float64(freedom)}.Survival(chi2))
}

// cells is Pearson's test; expected counts below 10 are pooled into one cell.
func (p *pvalues) cells(name string, observed []int, expected func(k int) float64) {
	chi2, freedom, restO, restE := 0.0, -1, 0.0, 0.0
	add := func(o, e float64) { chi2 += (o - e) * (o - e) / e; freedom++ }
	for k, o := range observed {
		if e := expected(k); e >= 10 {
			add(float64(o), e)
		} else {
			restO, restE = restO+float64(o), restE+e
		}
	}
	if restE >= 10 {
		add(restO, restE)
	}
	p.chi(name, chi2, freedom)
}

func (p *pvalues) normal(name string, z float64) { p.add(name, distuv.UnitNormal.Survival(z)) }

// judge fails what chance does once in 1/6.3e−5 families of this size: no tail
// below 6.3e−5/2n, and the values together uniform by Kolmogorov's law.
func (p *pvalues) judge(t *testing.T) {
	t.Helper()
	n := float64(len(p.p))
	const fourSigma = 6.334e-5
	for i, x := range p.p {
		if !(min(x, 1-x) >= fourSigma/2/n) {
			t.Errorf("%s: p = %v of %v tests", p.names[i], x, n)
		}
	}
	slices.Sort(p.p)
	ks := 0.0
	for i, x := range p.p {
		ks = max(ks, x-float64(i)/n, float64(i+1)/n-x)
	}
	t.Logf("%v p-values from %.2g to %.6f, KS·√n = %.2f", n, p.p[0], p.p[len(p.p)-1], ks*math.Sqrt(n))
	if ks*math.Sqrt(n) > math.Sqrt(math.Log(2/fourSigma)/2) {
		t.Errorf("the p-values are not uniform: KS·√n = %v", ks*math.Sqrt(n))
	}
}

// TestBattery looks at 2²⁰ words in each order that the engine reads them in.
func TestBattery(t *testing.T) {
	var p pvalues
	words := make([]uint64, 1<<20)
	for _, order := range slices.Sorted(maps.Keys(orders)) {
		orders[order]()(words)
		for name, test := range battery {
			test(func(part string) string { return order + ", " + name + ", " + part }, words, &p)
		}
	}
	p.judge(t)
}

var battery = map[string]func(label func(string) string, words []uint64, p *pvalues){
	"bytes": byteTest, "pairs": pairTest, "correlation": correlationTest, "gaps": gapTest, "runs": runTest,
	"birthdays": birthdayTest, "rank": rankTest, "weight": weightTest, "normals": normalTest,
}

// uniform is the upper or, rotated, another part of a word as a number in (0, 1).
func uniform(w uint64) float64 { return (float64(w>>12) + 0.5) * 0x1p-52 }

// byteTest: each of the eight bytes takes its 256 values equally often.
func byteTest(label func(string) string, words []uint64, p *pvalues) {
	for at := range 8 {
		counts := make([]int, 256)
		for _, w := range words {
			counts[w>>(8*at)&255]++
		}
		p.cells(label(fmt.Sprint(at)), counts, func(int) float64 { return float64(len(words)) / 256 })
	}
}

// pairTest: eight bits of a word and of the word lag later are independent.
func pairTest(label func(string) string, words []uint64, p *pvalues) {
	for _, lag := range []int{1, Width, 64} {
		for _, shift := range []int{56, 28, 0} {
			counts, n := make([]int, 1<<16), 0
			for i := 0; i+lag < len(words); i += 2 * lag { // pairs that do not overlap
				for k := i; k < i+lag && k+lag < len(words); k++ {
					counts[words[k]>>shift&255<<8|words[k+lag]>>shift&255]++
					n++
				}
			}
			// 8 cells a count: 2¹³ cells of about 64
			pooled := make([]int, 1<<13)
			for k, c := range counts {
				pooled[k>>3] += c
			}
			p.cells(label(fmt.Sprint(lag, shift)), pooled, func(int) float64 { return float64(n) / (1 << 13) })
		}
	}
}

// correlationTest: no linear correlation between words lag apart (neighbouring
// lanes or neurons, one lane's next step, the next block of neurons), nor between
// the halves of a word.
func correlationTest(label func(string) string, words []uint64, p *pvalues) {
	measure := func(name string, lag int, a, b func(uint64) float64) {
		sum, n := 0.0, len(words)-lag
		for i := range n {
			sum += (a(words[i]) - 0.5) * (b(words[i+lag]) - 0.5)
		}
		p.normal(label(name), sum*12/math.Sqrt(float64(n)))
	}
	low := func(w uint64) float64 { return uniform(w << 32) }
	for _, lag := range []int{1, 2, 7, Width, 16, 1024, 4096} {
		measure(fmt.Sprint("lag ", lag), lag, uniform, uniform)
		measure(fmt.Sprint("low halves, lag ", lag), lag, low, low)
	}
	measure("halves", 0, uniform, low)
}

// gapTest: the waiting time between words below 1/16 is geometric.
func gapTest(label func(string) string, words []uint64, p *pvalues) {
	for _, rotate := range []int{0, 32} {
		counts, gap, n := make([]int, 400), 0, 0
		for _, w := range words {
			if bits.RotateLeft64(w, rotate)>>60 == 0 {
				counts[min(gap, len(counts)-1)]++
				n++
				gap = 0
			} else {
				gap++
			}
		}
		p.cells(label(fmt.Sprint(rotate)), counts, func(k int) float64 { return float64(n) / 16 * math.Pow(15.0/16, float64(k)) })
	}
}

// runTest: lengths of ascending runs, the word that ends a run being left out so
// that runs are independent: P(length = r) = 1/r! − 1/(r+1)! (Knuth 1997, 3.3.2).
func runTest(label func(string) string, words []uint64, p *pvalues) {
	for _, rotate := range []int{0, 32} {
		counts, n := make([]int, 12), 0
		for i := 0; i < len(words); {
			r := 1
			for i+r < len(words) && bits.RotateLeft64(words[i+r], rotate) > bits.RotateLeft64(words[i+r-1], rotate) {
				r++
			}
			if i+r == len(words) {
				break
			}
			counts[min(r, len(counts)-1)]++
			n++
			i += r + 1
		}
		p.cells(label(fmt.Sprint(rotate)), counts, func(r int) float64 {
			if r == 0 {
				return 0
			}
			return float64(n) * (1/math.Gamma(float64(r+1)) - 1/math.Gamma(float64(r+2)))
		})
	}
}

// birthdayTest: among n = 4096 birthdays in m = 2³² days, equal spacings are
// Poisson of mean n³/4m = 4 (Marsaglia and Tsang 2002); 128 years together.
func birthdayTest(label func(string) string, words []uint64, p *pvalues) {
	const n, years = 4096, 128
	for _, rotate := range []int{0, 16, 32} {
		equal := 0
		days := make([]uint32, n)
		for year := range years {
			for i, w := range words[year*n : (year+1)*n] {
				days[i] = uint32(bits.RotateLeft64(w, rotate) >> 32)
			}
			slices.Sort(days)
			for i := n - 1; i > 0; i-- {
				days[i] -= days[i-1]
			}
			spacings := days[1:]
			slices.Sort(spacings)
			for i := 1; i < len(spacings); i++ {
				if spacings[i] == spacings[i-1] {
					equal++
				}
			}
		}
		law := distuv.Poisson{Lambda: 4 * years}
		p.add(label(fmt.Sprint(rotate)), law.Survival(float64(equal))+0.5*law.Prob(float64(equal)))
	}
}

// rankTest: the rank over GF(2) of 64 × 64 bit matrices.
func rankTest(label func(string) string, words []uint64, p *pvalues) {
	counts := make([]int, 65)
	var rows [64]uint64
	matrices := 4096
	for m := range matrices {
		copy(rows[:], words[64*m:])
		counts[64-rank(&rows)]++
	}
	p.cells(label("64 × 64"), counts, func(defect int) float64 { // a large matrix's law
		law := math.Exp2(-float64(defect * defect))
		for k := 1; k <= 64; k++ {
			if k > defect {
				law *= 1 - math.Exp2(-float64(k))
			} else {
				law /= 1 - math.Exp2(-float64(k))
			}
		}
		return float64(matrices) * law
	})
}

// rank eliminates in place.
func rank(rows *[64]uint64) (r int) {
	for bit := uint64(1); bit != 0; bit <<= 1 {
		for k := r; k < 64; k++ {
			if rows[k]&bit == 0 {
				continue
			}
			rows[k], rows[r] = rows[r], rows[k]
			for j := k + 1; j < 64; j++ {
				if rows[j]&bit != 0 {
					rows[j] ^= rows[r]
				}
			}
			r++
			break
		}
	}
	return r
}

// weightTest: the number of ones is binomial, and uncorrelated with the next.
func weightTest(label func(string) string, words []uint64, p *pvalues) {
	counts, sum := make([]int, 65), 0.0
	for i, w := range words {
		counts[bits.OnesCount64(w)]++
		if i >= Width {
			sum += float64(bits.OnesCount64(w)-32) * float64(bits.OnesCount64(words[i-Width])-32) / 16
		}
	}
	law := distuv.Binomial{N: 64, P: 0.5}
	p.cells(label("law"), counts, func(k int) float64 { return float64(len(words)) * law.Prob(float64(k)) })
	p.normal(label("correlation"), sum/math.Sqrt(float64(len(words)-Width)))
}

// normalTest: the normals of the words, their moments, their neighbours, and
// the crossing uniform drawn from the same word.
func normalTest(label func(string) string, words []uint64, p *pvalues) {
	var sums [6]float64
	last, n := 0.0, float64(len(words))
	for _, w := range words {
		z, u := float64(Normal(uint32(w>>32))), Uniform(w, 0.5)-0.5
		sums[0] += z
		sums[1] += (z*z - 1) / math.Sqrt(2)
		sums[2] += (z*z*z*z - 3) / math.Sqrt(96)
		sums[3] += z * last
		sums[4] += z * u * math.Sqrt(12)
		sums[5] += (z*z - 1) * u * math.Sqrt(6)
		last = z
	}
	for k, s := range sums {
		p.normal(label([]string{"mean", "variance", "kurtosis", "neighbour", "crossing", "crossing, squared"}[k]), s/math.Sqrt(n))
	}
}
