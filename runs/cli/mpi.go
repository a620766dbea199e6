package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/mpi"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

var overRanks = &cli.BoolFlag{Name: "mpi", Usage: "one of the processes that mpirun or srun started: they step each network together, to the bits of one process (docs/mpi.md)"}

// together is simulation on the ranks of an MPI job: rank 0 does what one process does, prints and writes; the others
// hold their part of the networks and do as it says.
func (s *session) together(c *cli.Context, sides scenario.Sides) error {
	world, err := mpi.Start()
	if err != nil {
		return err
	}
	err = s.onRank(c, sides, world)
	world.Finalize() // after a panic the job ends without
	return err
}

// onRank does the part of one rank.
func (s *session) onRank(c *cli.Context, sides scenario.Sides, world mpi.World) (err error) {
	first := world.Rank() == 0
	var one *scenario.Scenario
	var dir string
	if first {
		one, dir, err = s.prepare(c, sides)
	} else {
		s.stdout, s.stderr = io.Discard, io.Discard
		one, err = load(c, sides)
	}
	if err = errors.Join(agree(world, one, err), spreads(one)); err != nil {
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

// agree returns an error when a rank has one, its own or else that of the lowest rank, or when they have read different
// scenarios. It is a collective.
func agree(world mpi.World, one *scenario.Scenario, own error) error {
	failed, read := "", []byte(nil)
	if own == nil {
		read, _, own = one.Archive()
	}
	if own != nil {
		failed = own.Error()
	}
	wrong, texts := mpi.Texts(world, failed), mpi.Texts(world, string(read))
	if own != nil {
		return own
	}
	var faults neuron.Faults
	for rank := range texts {
		place := fmt.Sprintf("rank %d", rank)
		faults.Add(wrong[rank] == "", "mpi", place, "the input of rank 0 on every rank; there: "+wrong[rank])
		faults.Add(wrong[rank] != "" || texts[rank] == texts[0], "mpi", place, "the scenario of rank 0 on every rank; it reads another")
	}
	return faults.Err()
}
