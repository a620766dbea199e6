package fluctuations

import (
	"context"
	"errors"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// study is a plan being carried out.
type study struct {
	Plan
	settings
	start  []neuron.Initial
	frames []frame // of each population
	total  float64 // neurons of all sizes
	before float64 // of those that are done
}

// sample is what one replica tells of a population.
type sample struct {
	rate, variance float64 // of the rate, times neurons: N·S(0)
	spectrum       *compare.Spectrum
	*watch
}

// Run carries out a plan that validates. The result is as complete as the run came, also with an error: the context's, or that of a network.
func Run(ctx context.Context, p Plan) (*Result, error) {
	s := &study{Plan: p, settings: p.settings()}
	out := newResult(p, s.settings)
	var err error
	if s.start, err = p.Scenario.Neurons().Start(); err != nil {
		return out, err
	}
	for _, n := range p.Sizes {
		s.total += float64(n)
	}
	if err = s.look(ctx, out); err != nil {
		return out, err
	}
	for k, n := range p.Sizes {
		if err = s.size(ctx, k, n, out); err != nil {
			break
		}
		s.before += float64(n)
	}
	out.judge()
	return out, err
}

// look runs a pilot of the smallest size, to choose origins and cells by.
func (s *study) look(ctx context.Context, out *Result) error {
	pilots := make([]*pilot, len(s.Scenario.Populations()))
	samples, err := s.replica(ctx, s.Scenario.Resized(s.Sizes[0]), math.MaxUint32, func(k int) frame {
		pilots[k] = &pilot{}
		return frame{}
	}, pilots)
	if err != nil {
		return err
	}
	for k, p := range pilots {
		if !(samples[k].rate > 0) {
			return errors.New("fluctuations: a population fires no spike; nothing fluctuates")
		}
		s.frames = append(s.frames, p.frame())
	}
	out.begin(s, samples)
	return nil
}

// size measures at one size until the precision is reached.
func (s *study) size(ctx context.Context, index, n int, out *Result) error {
	resized := s.Scenario.Resized(n)
	var all [][]sample // of each replica, of each population
	spectra := make([]*compare.Spectrum, len(s.frames))
	for k := range spectra {
		spectra[k] = compare.NewSpectrum(s.segment, tapers, s.step)
	}
	for next := batch; ; {
		done := len(all)
		all = append(all, make([][]sample, next-done)...)
		group, inner := errgroup.WithContext(ctx)
		group.SetLimit(parallel(s.Workers))
		for r := done; r < next; r++ {
			group.Go(func() (err error) {
				all[r], err = s.replica(inner, resized, uint64(index)<<32+uint64(r), func(k int) frame { return s.frames[k] }, nil)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			if done > 0 {
				out.enter(s, n, resized, all[:done], spectra)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		for _, r := range all[done:] {
			for k := range r {
				spectra[k].Merge(r[k].spectrum)
				r[k].spectrum = nil
			}
		}
		needed := s.needed(all)
		if s.Progress != nil {
			s.Progress((s.before + float64(n)*float64(next)/float64(max(needed, next))) / s.total)
		}
		if needed <= next || next >= s.Replicas {
			out.enter(s, n, resized, all, spectra)
			return nil
		}
		next = min(s.Replicas, next+min(3*next, (needed-next+batch-1)/batch*batch))
	}
}

func parallel(workers int) int {
	if workers <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return workers
}

// needed returns how many replicas the precision asks for, judging by those there are.
func (s *study) needed(all [][]sample) (most int) {
	for k := range all[0] {
		m := compare.Student(gather(all, k, func(x sample) (float64, bool) { return x.variance, true }))
		reached := m.Interval.HalfWidth() / (s.Precision * math.Abs(m.Value))
		if reached > 1 {
			most = max(most, int(math.Min(1<<30, math.Ceil(1.05*reached*reached*float64(len(all))))))
		}
	}
	return most
}

// gather returns a value of a population in all replicas that have it.
func gather(all [][]sample, population int, value func(sample) (float64, bool)) (list []float64) {
	for _, r := range all {
		if x, ok := value(r[population]); ok {
			list = append(list, x)
		}
	}
	return list
}

// replica runs one, from its initial law through the burn-in.
func (s *study) replica(ctx context.Context, one *scenario.Scenario, number uint64, shape func(k int) frame, pilots []*pilot) ([]sample, error) {
	populations := one.Populations()
	net, err := one.Neurons().Network(s.start, number, 1)
	if err != nil {
		return nil, err
	}
	edges := make([]float64, s.bins+1)
	for k := range edges {
		edges[k] = s.BurnIn + float64(k)*s.step
	}
	watches, counters := make([]*watch, len(populations)), make([]*network.Counter, len(populations))
	observers := make([][]network.Observer, len(populations))
	for k, p := range populations {
		watches[k] = newWatch(shape(k), p.N, s.BurnIn, s.Time, s.bin, s.settings.window)
		if pilots != nil {
			watches[k].collected = pilots[k]
		}
		counters[k] = network.NewCounter(edges)
		observers[k] = []network.Observer{counters[k], watches[k]}
	}
	if err := net.Run(ctx, s.BurnIn+s.Time, observers); err != nil {
		return nil, err
	}
	samples := make([]sample, len(populations))
	for k, p := range populations {
		samples[k] = s.sample(counters[k].Counts, p.N, watches[k])
	}
	return samples, nil
}

// sample reduces the spikes of a population; what a watch needed only while it ran is let go.
func (s *study) sample(counts []int64, n int, w *watch) sample {
	rates := make([]float64, len(counts))
	mean := 0.0
	for k, c := range counts {
		rates[k] = float64(c) / (float64(n) * s.step)
		mean += (rates[k] - mean) / float64(k+1)
	}
	out := sample{rate: mean, watch: w, spectrum: compare.NewSpectrum(s.segment, tapers, s.step)}
	out.variance = float64(n) * compare.LongWindow(rates, s.step, s.settings.window)
	out.spectrum.Add(rates)
	out.chi, out.settled = w.golomb.Chi()
	w.golomb, w.values, w.count, w.pane, w.before, w.spiked, w.active = compare.Golomb{}, nil, nil, nil, nil, nil, nil
	return out
}
