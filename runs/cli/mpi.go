package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/ensemble"
	"lapicque/runs/mpi"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

var overRanks = &cli.BoolFlag{Name: "mpi", Usage: "this is one of the processes that mpirun or srun started: they share the work, to the bits of one process (docs/mpi.md)"}

// overWorld does the part of one rank of an MPI job; ranks but 0 print nothing.
func (s *session) overWorld(c *cli.Context, do func(*cli.Context, mpi.World) error) error {
	world, err := mpi.Start()
	if err != nil {
		return err
	}
	if world.Rank() > 0 {
		s.stdout, s.stderr = io.Discard, io.Discard
	}
	err = do(c, world)
	world.Finalize() // after a panic the job ends without
	return err
}

// simulateOnRank plays a scenario on all ranks: rank 0 does what one process does, prints and writes; the others hold
// their part of the networks and do as it says.
func (s *session) simulateOnRank(c *cli.Context, sides scenario.Sides, world mpi.World) (err error) {
	first, dir := world.Rank() == 0, ""
	var one *scenario.Scenario
	if first {
		one, dir, err = s.prepare(c, sides)
	} else {
		one, err = load(c, sides)
	}
	if err = sameOnAll(world, one, errors.Join(err, spreads(one), unkept(c))); err != nil {
		return err
	}
	switch dry := c.Bool(dryRun.Name); {
	case first && dry:
		return s.simulate(c, one, dir, play.Options{Sides: sides})
	case first:
		err = s.simulate(c, one, dir, play.Options{Sides: sides, Ranks: world})
		play.Dismiss(world)
	case !dry:
		err = play.Follow(c.Context, one.Neurons().(scenario.Spreading), c.Int(workers.Name), world)
	}
	return err
}

// spreads returns a fault when the networks of a scenario are those of one process.
func spreads(one *scenario.Scenario) error {
	var faults neuron.Faults
	if one != nil {
		head, _ := one.Common()
		_, can := one.Document.(scenario.Spreading)
		faults.Add(can, "mpi", "model "+head.Model, "model nnlif; a network of another model is that of one process, and ensembles of them are spread")
	}
	return faults.Err()
}

// unkept returns the faults of checkpoints, which are those of one process.
func unkept(c *cli.Context) error {
	var faults neuron.Faults
	for _, flag := range []string{keepWall.Name, keepModel.Name, takeUp.Name} {
		faults.Add(!c.IsSet(flag), flag, true, "nothing with --mpi: one process keeps the state of its network, not several")
	}
	return faults.Err()
}

// sameOnAll returns an error when a rank has one (see agree), or when ranks have read different scenarios. It is a collective.
func sameOnAll(world mpi.World, one *scenario.Scenario, own error) error {
	var read []byte
	if own == nil {
		read, _, own = one.Archive()
	}
	if err := agree(world, own); err != nil {
		return err
	}
	var faults neuron.Faults
	texts := mpi.Texts(world, string(read))
	for rank, text := range texts {
		faults.Add(text == texts[0], "mpi", fmt.Sprintf("rank %d", rank), "the scenario of rank 0 on every rank; it reads another")
	}
	return faults.Err()
}

// agree returns the own error, else one that tells those of other ranks. It is a collective.
func agree(world mpi.World, own error) error {
	var faults neuron.Faults
	for rank, other := range mpi.Texts(world, textOf(own)) {
		faults.Add(other == "", "mpi", fmt.Sprintf("rank %d", rank), "what rank 0 accepts on every rank; there: "+other)
	}
	if own != nil {
		return own
	}
	return faults.Err()
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// ensembleOnRank plays an ensemble as so many shards as there are ranks, each in a folder of its own beside the one that
// rank 0 then merges them to.
func (s *session) ensembleOnRank(c *cli.Context, world mpi.World) error {
	dir, shown := c.String(output.Name), s.stdout
	var faults neuron.Faults
	faults.Add(dir != "", "output", dir, "with --mpi: -o DIR, so that all ranks know it")
	faults.Add(!c.IsSet(shardOf.Name), "shard", c.String(shardOf.Name), "nothing with --mpi: rank K of N plays shard K/N")
	parts := make([]string, world.Size())
	for rank := range parts {
		parts[rank] = fmt.Sprintf("%s-shard-%d-of-%d", dir, rank, world.Size())
	}
	e, err := s.shardOnRank(c, world, parts)
	if err == nil && world.Rank() == 0 {
		_, err = ensemble.Look(dir, ensemble.NewHeader(e.plan.Description, ensemble.Whole), e.how)
	}
	if err = agree(world, errors.Join(faults.Err(), err)); err != nil || c.Bool(dryRun.Name) && world.Rank() > 0 {
		return err
	}
	s.stdout = io.Discard // of the shard; dry runs and the whole are shown
	if c.Bool(dryRun.Name) {
		s.stdout = shown
	}
	if err = s.ensemble(c, e); errors.As(err, &unmet{}) {
		err = nil // members that failed are told of with the whole
	}
	s.stdout = shown
	if c.Bool(dryRun.Name) {
		return err
	}
	for rank, text := range mpi.Texts(world, textOf(err)) {
		switch {
		case err != nil || text == "":
		case text == context.Canceled.Error():
			err = context.Canceled
		default:
			err = fmt.Errorf("rank %d: %s; the same command with --resume goes on", rank, text)
		}
	}
	if err != nil || world.Rank() > 0 {
		return err
	}
	return s.merge(c, parts, dir)
}

// shardOnRank reads the command line as that of the rank's shard.
func (s *session) shardOnRank(c *cli.Context, world mpi.World, parts []string) (*ensembleRun, error) {
	own := world.Rank()
	err := errors.Join(c.Set(output.Name, parts[own]), c.Set(shardOf.Name, fmt.Sprintf("%d/%d", own, len(parts))))
	if err != nil {
		return nil, err
	}
	return newEnsemble(c)
}
