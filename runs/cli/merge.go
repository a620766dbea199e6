package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/runs/ensemble"
)

// mergeAction makes one folder of the shards of an ensemble.
func (s *session) mergeAction(c *cli.Context) error {
	return s.merge(c, c.Args().Slice(), c.String(output.Name))
}

// merge makes dir of the folders of the shards; "" stands for a fresh one.
func (s *session) merge(c *cli.Context, parts []string, dir string) error {
	shards, err := ensemble.ReadShards(parts)
	how := ensemble.How{Force: c.Bool(force.Name), Resume: true}
	var state ensemble.State
	if err == nil {
		if dir == "" {
			dir = freshFolder(shards.Header.Description.Scenario, time.Now())
		}
		state, err = ensemble.Look(dir, shards.Header, how)
	}
	if err = errors.Join(err, workersFault(c)); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		d := shards.Header.Description
		fmt.Fprintf(s.stdout, "%s: %d members, %d points × %d replicas, to %s\n", d.Scenario, d.Members(), d.Points(), d.Replicas, dir)
		return nil
	}
	if state == ensemble.Complete {
		return s.nothingLeft(c, dir, shards.Header)
	}
	w, err := s.openEnsemble(dir, shards.Header, how, shards.Sources)
	if err != nil {
		return err
	}
	if err := w.failed(shards.Enter(w.folder)); err != nil {
		return err
	}
	return s.endEnsemble(c, w)
}
