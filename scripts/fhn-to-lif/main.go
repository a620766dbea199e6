// Command fhn-to-lif asks how the noisy FitzHugh–Nagumo neuron becomes an integrate-and-fire neuron as the separation of its
// time scales ε → 0: interspike intervals of the neuron are held against the limit and against what is left of
// it when one thing after the other is taken away, down to the LIF neuron with the threshold and the reset of the knees.
//
//	go run ./scripts/fhn-to-lif -plot docs/img/fhn-to-lif.png        prints the tables of docs/study-fhn-to-lif.md
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"text/tabwriter"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat"

	"lapicque/compare"
)

// families are what is studied: driven over the threshold, and carried over it by noise.
var families = []family{
	{name: "driven, I = 0.5", a: 0.7, b: 0.8, current: 0.5, sigma: 0.1},
	{name: "noise-induced, I = 0", a: 0.7, b: 0.8, current: 0, sigma: 0.1},
}

func main() {
	picture := flag.String("plot", "", "PNG `FILE` for the figure")
	neurons := flag.Int("neurons", 1024, "neurons")
	each := flag.Int("each", 8, "intervals of each neuron")
	dt := flag.Float64("dt", 0.2, "step in units of the fast time")
	rows := flag.Int("rows", 7, "values of epsilon, halved from 0.08 on")
	only := flag.String("only", "", "slow, calm or fast: noise in w, none, or in v only")
	flag.Parse()
	how := effort{*neurons, *each, *dt}
	var studies []study
	for k, f := range families {
		if *only != "" && *only != "slow" {
			break
		}
		s := study{family: f, limits: f.limits()}
		for r := range *rows {
			s.add(math.Ldexp(0.08, -r), how, uint64(100*k+r))
		}
		s.table()
		studies = append(studies, s)
	}
	if *only == "" || *only == "calm" {
		calm(*rows, how)
	}
	if *only == "" || *only == "fast" {
		fast(*rows, how)
	}
	if *picture != "" {
		if err := figure(*picture, studies); err != nil {
			log.Fatal(err)
		}
	}
}

// study is a family with what its neurons did.
type study struct {
	family
	limits
	rows []row
}

// row is one ε.
type row struct {
	epsilon   float64
	intervals []float64 // sorted, in slow time
	jump      float64   // mean of w where v passes 0
	mean, se  float64
	distances []distance // from the models, the fitted LIF last
	fitted    model
}

// distance is W1, in units of the mean interval of the limit, and KS, each with what an interval of 95 % holds.
type distance struct{ w1, ks [3]float64 }

// add samples the neuron at an ε and takes its distances.
func (s *study) add(epsilon float64, how effort, seed uint64) {
	seen := s.sample(epsilon, 0, how, seed)
	sample := seen.intervals
	slices.Sort(sample)
	mean, sd := stat.MeanStdDev(sample, nil)
	one := s.line().fitted(mean, sd/mean)
	r := row{epsilon: epsilon, intervals: sample, jump: seen.jump, mean: mean, se: sd / math.Sqrt(float64(len(sample)))}
	r.fitted = newModel("LIF, drive and noise fitted", one.passage(6*one.noise, math.Max(slice, mean/2000)), 0)
	against := append(slices.Clone(s.models), r.fitted)
	r.distances = s.distances(sample, against, seed)
	s.rows = append(s.rows, r)
}

// resamples is the number of bootstrap samples behind an interval.
const resamples = 100

// distances returns those of a sorted sample from models, with intervals from resampling it.
func (s *study) distances(sample []float64, against []model, seed uint64) []distance {
	unit := s.models[0].mean
	all := make([][2][]float64, len(against))
	out := make([]distance, len(against))
	draw, random := make([]float64, len(sample)), rand.New(rand.NewSource(seed))
	for r := range resamples + 1 {
		copy(draw, sample)
		if r > 0 {
			for k := range draw {
				draw[k] = sample[random.Intn(len(sample))]
			}
			slices.Sort(draw)
		}
		for k, m := range against {
			w1, ks := compare.W1(draw, m.density)/unit, compare.KS(draw, m.density)
			if r == 0 {
				out[k].w1[0], out[k].ks[0] = w1, ks
				continue
			}
			all[k][0], all[k][1] = append(all[k][0], w1), append(all[k][1], ks)
		}
	}
	for k := range out {
		for q, to := range []*[3]float64{&out[k].w1, &out[k].ks} {
			slices.Sort(all[k][q])
			to[1], to[2] = stat.Quantile(0.025, stat.Empirical, all[k][q], nil), stat.Quantile(0.975, stat.Empirical, all[k][q], nil)
		}
	}
	return out
}

// table prints rates with their order in ε, then the distances.
func (s *study) table() {
	limit := s.models[0]
	fmt.Printf("\n%s: σ = %g, threshold w₋ = %.4f, reset w₊ = %.4f\n", s.name, s.sigma, s.current-2./3, s.current+2./3)
	for _, m := range s.models {
		fmt.Printf("  %s: mean interval %.5f, rate %.5f, CV %.4f\n", m.name, m.mean, 1/m.mean, m.cv)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| ε\t| rate\t| ± (2 s.e.)\t| CV\t| interval beyond the limit\t| ± (2 s.e.)\t| order in ε\t| w₋ − w at the jump\t| over σ^⅘ ε^⅖\t|")
	threshold, _ := s.knees()
	var before float64
	for k, r := range s.rows {
		excess := r.mean - limit.mean
		order := ""
		if k > 0 {
			e := 2 * math.Hypot(r.se/excess, s.rows[k-1].se/before) / math.Ln2
			order = fmt.Sprintf("%.2f ± %.2f", math.Log2(before/excess), e)
		}
		_, sd := stat.MeanStdDev(r.intervals, nil)
		fmt.Fprintf(w, "| %g\t| %.5f\t| %.5f\t| %.4f\t| %.4f\t| %.4f\t| %s\t| %.4f\t| %.3f\t|\n",
			r.epsilon, 1/r.mean, 2*r.se/(r.mean*r.mean), sd/r.mean, excess, 2*r.se, order,
			threshold-r.jump, (threshold-r.jump)/(math.Pow(s.sigma, 0.8)*math.Pow(r.epsilon, 0.4)))
		before = excess
	}
	w.Flush()
	s.distanceTable()
}

// distanceTable prints W1 and KS from every model, with the level of chance.
func (s *study) distanceTable() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	names := make([]string, 0, 5)
	for _, m := range append(slices.Clone(s.models), s.rows[0].fitted) {
		names = append(names, m.name)
	}
	for q, measure := range []string{"W1 / mean", "KS"} {
		fmt.Fprintf(w, "| %s, ε", measure)
		for _, name := range names {
			fmt.Fprintf(w, "\t| %s", name)
		}
		fmt.Fprintln(w, "\t|")
		for _, r := range s.rows {
			fmt.Fprintf(w, "| %g", r.epsilon)
			for _, d := range r.distances {
				x := [][3]float64{d.w1, d.ks}[q]
				fmt.Fprintf(w, "\t| %.4f (%.4f–%.4f)", x[0], x[1], x[2])
			}
			fmt.Fprintln(w, "\t|")
		}
	}
	w.Flush()
	n := len(s.rows[0].intervals)
	fmt.Printf("by chance, %d intervals of the limit itself: W1 / mean %.4f, KS below %.4f in 95 %%\n",
		n, compare.CountingW1(s.models[0].density, n)/s.models[0].mean, compare.CountingKS(0.95, n))
}

// calm prints what the neuron without noise does, whose interval exceeds the limit by K ε^⅔ to leading order.
func calm(rows int, how effort) {
	f := families[0]
	f.sigma = 0
	limit, delay := f.period(), f.delay()
	fmt.Printf("\nno noise, I = %g: interval of the limit %.5f, K = %.4f\n", f.current, limit, delay)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| ε\t| interval\t| beyond the limit\t| over ε^⅔\t| order in ε\t|")
	before := math.NaN()
	for r := range rows {
		epsilon := math.Ldexp(0.08, -r)
		seen := f.sample(epsilon, 0, effort{16, 2, how.dt / 4}, 0).intervals
		excess := seen[len(seen)-1] - limit
		fmt.Fprintf(w, "| %g\t| %.5f\t| %.5f\t| %.3f\t| %.3f\t|\n", epsilon, excess+limit, excess, excess/math.Pow(epsilon, 2./3), math.Log2(before/excess))
		before = excess
	}
	w.Flush()
}

// fast prints what noise in v does: the place of the jump leaves the knee. Beside it stands the neuron without any noise, which jumps late,
// and the advance over it.
func fast(rows int, how effort) {
	const noise = 0.2
	f := family{a: 0.7, b: 0.8, current: 0.5}
	threshold, _ := f.knees()
	how.each = min(how.each, 4)
	fmt.Printf("\nnoise %g in v per root of fast time, none in w: I = %g, knee w₋ = %.4f\n", noise, f.current, threshold)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| ε\t| interval without noise, slow time\t| with noise\t| w at the jump − w₋, without noise\t| with noise\t| advance\t| (⅜ s² ln 1/ε)^⅔\t|")
	for r := range rows {
		epsilon := math.Ldexp(0.08, -r)
		calm := f.sample(epsilon, 0, effort{16, 1, how.dt}, 0)
		seen := f.sample(epsilon, noise, how, uint64(1000+r))
		fmt.Fprintf(w, "| %g\t| %.4f\t| %.4f\t| %.4f\t| %.4f\t| %.4f\t| %.4f\t|\n", epsilon, stat.Mean(calm.intervals, nil), stat.Mean(seen.intervals, nil),
			calm.jump-threshold, seen.jump-threshold, seen.jump-calm.jump, math.Pow(3./8*noise*noise*math.Log(1/epsilon), 2./3))
	}
	w.Flush()
}
