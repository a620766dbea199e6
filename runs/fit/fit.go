package fit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"lapicque/neuron"
)

// Options say what is fitted and how. All but Workers and Progress fix the result.
type Options struct {
	Models   []string
	Delta    float64 // precision δ of a coincidence, ms
	Split    float64 // fraction of the recording that is fitted to
	Starts   int     // of each model
	Seed     uint64
	Workers  int           // 0: all cores
	Progress func(float64) // fraction done; nil: none. Called by one goroutine at a time
}

// Validate returns neuron.Faults, or nil.
func (o Options) Validate() error {
	var fs neuron.Faults
	for k, name := range o.Models {
		_, err := newSpace(name, scales{})
		if err != nil {
			fs = append(fs, err.(neuron.Faults)...)
		}
		fs.Add(!slices.Contains(o.Models[:k], name), "model", name, "each model once")
	}
	fs.Add(len(o.Models) > 0, "model", "no model", "at least one model")
	fs.Add(finite(o.Delta) && o.Delta > 0, "delta", o.Delta, "a time > 0 in ms")
	fs.Add(o.Split > 0 && o.Split < 1, "split", o.Split, "a fraction above 0 and below 1")
	fs.Add(o.Starts > 0 && o.Starts <= 1000, "starts", o.Starts, "a number from 1 to 1000")
	fs.Add(o.Workers >= 0, "workers", o.Workers, "a number ≥ 0 (0: all cores)")
	return fs.Err()
}

// Run fits the models. The same recording and options give the same bits for any number of workers. The error is neuron.Faults, or
// that of the context.
func Run(ctx context.Context, r *Recording, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	f, err := newFitting(r, o)
	if err != nil {
		return nil, err
	}
	begun, ended := make([][]place, len(o.Models)), make([][]place, len(o.Models))
	for k := range o.Models {
		begun[k], ended[k] = make([]place, o.Starts), make([]place, min(kept, o.Starts))
	}
	err = f.each(ctx, o.Starts, screened+wide.generations*20, func(s *search, model, k int) (err error) {
		begun[model][k], err = s.begin(f.trial(0.5), k%len(r.Spikes))
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, list := range begun {
		slices.SortStableFunc(list, better)
	}
	err = f.each(ctx, min(kept, o.Starts), (narrow.generations+last.generations)*20, func(s *search, model, k int) (err error) {
		ended[model][k], err = s.finish(f.trial(0.2), k%len(r.Spikes), begun[model][k])
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, list := range ended {
		slices.SortStableFunc(list, better)
	}
	return f.result(ended)
}

func better(a, b place) int { return cmp.Compare(b.worth, a.worth) }

// fitting is one call of Run.
type fitting struct {
	Options
	recording *Recording
	split     Split
	spaces    []space
	round     int
	lock      sync.Mutex
	done      float64
}

func newFitting(r *Recording, o Options) (*fitting, error) {
	split, err := NewSplit(r, o.Split)
	var fs neuron.Faults
	if err != nil {
		fs = err.(neuron.Faults)
	}
	fs.Add(o.Delta < r.Duration(), "delta", o.Delta, fmt.Sprintf("a time below the length of the recording, %g ms", r.Duration()))
	s, err := newScales(r, o.Delta)
	if err != nil {
		fs = append(fs, err.(neuron.Faults)...)
	}
	f := &fitting{Options: o, recording: r, split: split}
	for _, name := range o.Models {
		one, _ := newSpace(name, s)
		f.spaces = append(f.spaces, one)
	}
	if f.Workers == 0 {
		f.Workers = runtime.GOMAXPROCS(0)
	}
	return f, fs.Err()
}

// trial returns the comparison with the part that is fitted to, samples being taken together to steps of at most so many ms and a quarter of δ.
func (f *fitting) trial(step float64) *trial {
	every := int(math.Min(step, f.Delta/4)/f.recording.Dt + 1e-9)
	return newTrial(f.recording, f.split, f.Delta, max(1, every))
}

// each runs a job for every model and number below count. The two rounds of jobs count half of the work each.
func (f *fitting) each(ctx context.Context, count, evaluations int, job func(s *search, model, k int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.Workers)
	f.round++
	for model, space := range f.spaces {
		for k := range count {
			group.Go(func() error {
				tick, end := f.progress(0.5/float64(count*len(f.spaces)), evaluations)
				defer end()
				source := rand.NewPCG(f.Seed, uint64(f.round)<<48|uint64(model)<<32|uint64(k))
				return job(&search{space, ctx, source, tick}, model, k)
			})
		}
	}
	return group.Wait()
}

// progress returns what a job with a share of the work calls at each of its evaluations, of which there are about so many, and at its end.
func (f *fitting) progress(share float64, evaluations int) (tick, end func()) {
	own := 0.0
	add := func(part float64) {
		own += part
		f.lock.Lock()
		defer f.lock.Unlock()
		if f.done += part * share; f.Progress != nil {
			f.Progress(math.Min(1, f.done))
		}
	}
	return func() { add(math.Min(1/float64(evaluations), 1-own)) }, func() { add(1 - own) }
}

// Evaluations returns about how many responses of models a fit computes.
func Evaluations(o Options) (n int) {
	for _, name := range o.Models {
		s, _ := newSpace(name, scales{})
		n += o.Starts*(screened+wide.generations*s.population()) + min(kept, o.Starts)*(narrow.generations+last.generations)*s.population()
	}
	return n
}
