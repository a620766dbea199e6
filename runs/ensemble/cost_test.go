package ensemble

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lapicque/network"
	"lapicque/runs/play"
	"lapicque/runs/store"
)

// BenchmarkBookkeeping measures what the bookkeeping of an ensemble costs: it plays 10⁴ replicas of 10³ neurons by turns of a hundred
// as members of an ensemble, with journal and tables; in a plain loop that plays and measures them; and in a bare loop that makes and runs them and
// looks at nothing. All use one core. It prints seconds and ratios; bookkeeping is what the first has beyond the second.
//
//	go test ./runs/ensemble -run '^$' -bench Bookkeeping -benchtime 1x
func BenchmarkBookkeeping(b *testing.B) {
	for range b.N {
		if err := measure(b.TempDir(), 10000); err != nil {
			b.Fatal(err)
		}
	}
}

// clock adds up what parts take.
type clock struct{ bare, measured, members, keeping, tables time.Duration }

func measure(dir string, replicas int) error {
	ctx := context.Background()
	plan, err := Load(ctx, "excitatory", Choices{Replicas: replicas, Windows: 10, Set: []string{"particles.N=1000", "time={end: 5}"}})
	if err != nil {
		return err
	}
	folder, err := Open(filepath.Join(dir, "x"), NewHeader(plan.Description, Whole), How{})
	if err != nil {
		return err
	}
	var c clock
	turns := max(1, replicas/100)
	for k := range turns {
		shard := Shard{Index: k, Count: turns}
		for _, one := range []func() error{
			func() error { return bare(ctx, plan, shard, &c) },
			func() error { return measured(ctx, plan, shard, &c) },
			func() error { return members(ctx, plan, shard, folder, &c) },
		} {
			if err := one(); err != nil {
				return err
			}
		}
	}
	began := time.Now()
	if _, err = folder.Finish(); err == nil {
		err = errors.Join(folder.Close(), store.Seal(folder.Dir(), Completed))
	}
	c.tables = time.Since(began)
	c.print(replicas)
	return err
}

// bare makes and runs the networks of a shard.
func bare(ctx context.Context, p *Plan, shard Shard, c *clock) error {
	began := time.Now()
	defer func() { c.bare += time.Since(began) }()
	one := p.Points[0]
	head, _ := one.Common()
	start, err := one.Neurons().Start()
	for k := shard.Index; k < p.Members() && err == nil; k += shard.Count {
		net, wrong := one.Neurons().Network(start, uint64(k), 1)
		if wrong != nil {
			return wrong
		}
		err = net.Run(ctx, head.Time.End, make([][]network.Observer, len(one.Populations())))
	}
	return err
}

// measured plays and measures them.
func measured(ctx context.Context, p *Plan, shard Shard, c *clock) error {
	began := time.Now()
	defer func() { c.measured += time.Since(began) }()
	s, err := play.NewSampler(ctx, p.Points[0], p.Windows, p.MeanField)
	for k := shard.Index; k < p.Members() && err == nil; k += shard.Count {
		_, err = s.Sample(ctx, uint64(k), 1)
	}
	return err
}

// members plays them as members of an
func members(ctx context.Context, p *Plan, shard Shard, f *Folder, c *clock) error {
	began := time.Now()
	defer func() { c.members += time.Since(began) }()
	return Run(ctx, p, shard, Options{Workers: 1, Keep: func(r Record) error {
		now := time.Now()
		defer func() { c.keeping += time.Since(now) }()
		return f.Keep(r)
	}})
}

func (c *clock) print(replicas int) {
	whole := c.members + c.tables
	line := func(what string, d, of time.Duration) {
		fmt.Printf("%-44s %9.3f s  %8.4f\n", what, d.Seconds(), d.Seconds()/of.Seconds())
	}
	fmt.Printf("%d replicas of 1000 neurons%s seconds     ratio\n", replicas, "                  ")
	line("networks in a bare loop", c.bare, c.bare)
	line("networks played and measured in a loop", c.measured, c.bare)
	line("ensemble, tables and manifest included", whole, c.bare)
	line("bookkeeping: ensemble to measured loop", whole, c.measured)
	line("  of which the journal", c.keeping, c.measured)
	line("  of which tables and manifest", c.tables, c.measured)
}
