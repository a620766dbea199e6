package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/export"
	"lapicque/runs/store"
)

var exportFlags = []cli.Flag{
	&cli.StringFlag{Name: "zarr", Usage: "`DIR` of the Zarr group to write"},
	asJSON, quiet, force, dryRun,
}

// exported is what export prints as JSON.
type exported struct {
	From      string           `json:"from"`
	Zarr      string           `json:"zarr"`
	Variables []exportedShapes `json:"variables"`
}

type exportedShapes struct {
	Name       string   `json:"name"`
	Dimensions []string `json:"dimensions"`
	Shape      []int    `json:"shape"`
}

// export writes the arrays of a run folder in a form that other programs open at once.
func (s *session) export(c *cli.Context) error {
	if c.NArg() != 1 {
		return usage{fmt.Errorf("export takes the folder of one run")}
	}
	from, to := c.Args().First(), c.String("zarr")
	_, err := store.Open(from)
	var faults neuron.Faults
	faults.Add(to != "", "zarr", "none", "the folder to write, such as --zarr run.zarr")
	if to != "" {
		err = merged(err, store.CheckZarr(to, c.Bool(force.Name)))
	}
	if err := merged(err, faults.Err()); err != nil {
		return err
	}
	run, err := export.Read(from)
	if err != nil {
		return err
	}
	out := exported{From: from, Zarr: to}
	for _, v := range run.Variables {
		out.Variables = append(out.Variables, exportedShapes{v.Name, v.Dimensions, v.Shape})
	}
	if !c.Bool(dryRun.Name) {
		if err := store.Zarr(to, c.Bool(force.Name), run.Attributes, run.Variables); err != nil {
			return err
		}
	}
	return s.show(c, to, out, func() {
		for _, v := range out.Variables {
			fmt.Fprintf(s.stdout, "%s %v %v\n", v.Name, v.Dimensions, v.Shape)
		}
		if !c.Bool(dryRun.Name) {
			fmt.Fprintln(s.stdout, to)
		}
	})
}
