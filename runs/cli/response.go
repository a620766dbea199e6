package cli

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/plot"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// The flags of response.
var (
	fromOmega  = &cli.Float64Flag{Name: "from", Value: 0.01, Usage: "lowest angular frequency `ω`, in radians per unit of time"}
	toOmega    = &cli.Float64Flag{Name: "to", Value: 100, Usage: "highest angular frequency `ω`"}
	countOmega = &cli.IntFlag{Name: "count", Value: 200, Usage: "`NUMBER` of frequencies, evenly on a logarithmic scale"}
	stateIndex = &cli.IntFlag{Name: "state", Usage: "steady state `K`, 1 being that of lowest rate; 0: the stable one of lowest rate"}
)

const maxFrequencies = 100_000

// responseResult is what response --json prints.
type responseResult struct {
	Scenario string        `json:"scenario"`
	B        float64       `json:"b"`
	Index    int           `json:"state"`
	States   int           `json:"states"`
	State    steadyState   `json:"steady"`
	Rows     []responseRow `json:"response"`

	found []mfield.Response
}

type responseRow struct {
	Omega     float64        `json:"omega"`
	Current   responsePair   `json:"current"`
	Diffusion responsePair   `json:"diffusion"`
	Spectrum  responsePowers `json:"spectrum"`
}

type responsePair struct {
	Free    responseGain `json:"free"`
	Coupled responseGain `json:"coupled"`
}

// responseGain is a value of a transfer function; Phase is unwrapped, in degrees.
type responseGain struct {
	Re    float64 `json:"re"`
	Im    float64 `json:"im"`
	Gain  float64 `json:"gain"`
	Phase float64 `json:"phase"`
}

type responsePowers struct {
	Free    float64  `json:"free"`
	Coupled *float64 `json:"coupled"` // nil at an unstable state
}

// response prints the linear response of the rate at a steady state.
func (s *session) response(c *cli.Context) error {
	one, err := loadOne(c)
	dir := c.String(output.Name)
	if dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	omegas, wrong := frequencies(c)
	if err = errors.Join(err, wrong); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		rows := int64(len(omegas))
		return s.plan(c, one, dir, play.Estimate{Seconds: 0.1 + 1e-4*float64(rows), Memory: 20<<20 + 1000*rows, Disk: 200<<10 + 400*rows})
	}
	began := time.Now()
	result, err := solveResponse(one, c.Int(stateIndex.Name), omegas)
	if err != nil {
		return err
	}
	if err := s.keep(c, one, dir, began, result.files); err != nil {
		return err
	}
	return s.show(c, dir, result, func() { s.printResponse(result) })
}

// frequencies reads --from, --to and --count.
func frequencies(c *cli.Context) ([]float64, error) {
	from, to, count := c.Float64(fromOmega.Name), c.Float64(toOmega.Name), c.Int(countOmega.Name)
	var faults neuron.Faults
	faults.Add(from > 0 && !math.IsInf(from, 0), "from", from, "an angular frequency > 0")
	faults.Add(to > from && !math.IsInf(to, 0), "to", to, fmt.Sprintf("an angular frequency above --from = %v", from))
	faults.Add(count >= 2 && count <= maxFrequencies, "count", count, fmt.Sprintf("a number from 2 to %d", maxFrequencies))
	faults.Add(c.Int(stateIndex.Name) >= 0, "state", c.Int(stateIndex.Name), "the number of a steady state from 1 on; 0: the stable one of lowest rate")
	if err := faults.Err(); err != nil {
		return nil, err
	}
	omegas := make([]float64, count)
	for k := range omegas {
		x := float64(k) / float64(count-1)
		omegas[k] = math.Exp((1-x)*math.Log(from) + x*math.Log(to))
	}
	omegas[0], omegas[count-1] = from, to
	return omegas, nil
}

// solveResponse computes the response at the steady state asked for.
func solveResponse(one *scenario.Scenario, index int, omegas []float64) (responseResult, error) {
	e, _ := one.NNLIF()
	e.Rule = neuron.Hard // plays no part
	states, err := e.SteadyStates()
	if err != nil {
		return responseResult{}, err
	}
	var faults neuron.Faults
	faults.Add(len(states) > 0, "coupling.b", e.B, "a network with a steady state; this one has none")
	faults.Add(len(states) == 0 || index <= len(states), "state", index, fmt.Sprintf("a number up to %d, the number of steady states", len(states)))
	if err := faults.Err(); err != nil {
		return responseResult{}, err
	}
	if index == 0 {
		index = 1
		for k := len(states); k > 0; k-- {
			if states[k-1].Stable {
				index = k
			}
		}
	}
	x := states[index-1]
	out := responseResult{Scenario: one.Name, B: e.B, Index: index, States: len(states), found: e.Response(x, omegas)}
	out.State = newSteadyState(x)
	out.fill()
	return out, nil
}

// columns returns the four transfer functions.
func (r *responseResult) columns() (current, diffusion plot.Transfer) {
	current = plot.Transfer{Gain: "|K(iω)| (rate per unit of current)"}
	diffusion = plot.Transfer{Gain: "|K_{a}(iω)| (rate per unit of diffusion)"}
	for _, x := range r.found {
		current.Free, current.Coupled = append(current.Free, x.Current.Free), append(current.Coupled, x.Current.Coupled)
		diffusion.Free, diffusion.Coupled = append(diffusion.Free, x.Diffusion.Free), append(diffusion.Coupled, x.Diffusion.Coupled)
	}
	return current, diffusion
}

// fill makes the rows from what was found.
func (r *responseResult) fill() {
	current, diffusion := r.columns()
	r.Rows = make([]responseRow, len(r.found))
	for k, x := range r.found {
		r.Rows[k].Omega, r.Rows[k].Spectrum.Free = x.Omega, x.Spectrum.Free
		if r.State.Stable {
			r.Rows[k].Spectrum.Coupled = &x.Spectrum.Coupled
		}
	}
	r.place(current.Free, func(x *responseRow) *responseGain { return &x.Current.Free })
	r.place(current.Coupled, func(x *responseRow) *responseGain { return &x.Current.Coupled })
	r.place(diffusion.Free, func(x *responseRow) *responseGain { return &x.Diffusion.Free })
	r.place(diffusion.Coupled, func(x *responseRow) *responseGain { return &x.Diffusion.Coupled })
}

func (r *responseResult) place(values []complex128, in func(*responseRow) *responseGain) {
	for k, phase := range plot.Phases(values) {
		*in(&r.Rows[k]) = responseGain{real(values[k]), imag(values[k]), cmplx.Abs(values[k]), phase}
	}
}

// files writes the table, the Bode plot and the numbers of both.
func (r responseResult) files(folder *store.Folder) error {
	if err := r.table(folder); err != nil {
		return err
	}
	current, diffusion := r.columns()
	bode := plot.Bode{Columns: []plot.Transfer{current, diffusion}}
	for _, x := range r.found {
		bode.Omega = append(bode.Omega, x.Omega)
	}
	if err := bode.Figure().Save(folder.Path("bode")); err != nil {
		return err
	}
	return folder.JSON("response.json", r)
}

// table writes response.csv.
func (r responseResult) table(folder *store.Folder) error {
	columns := []string{"omega"}
	for _, name := range []string{"K", "K_coupled", "K_a", "K_a_coupled"} {
		for _, part := range []string{"re", "im", "gain", "phase_degrees"} {
			columns = append(columns, name+"_"+part)
		}
	}
	t, err := folder.Table("response.csv", append(columns, "spectrum", "spectrum_coupled")...)
	if err != nil {
		return err
	}
	for _, x := range r.Rows {
		cells := []any{x.Omega}
		for _, g := range []responseGain{x.Current.Free, x.Current.Coupled, x.Diffusion.Free, x.Diffusion.Coupled} {
			cells = append(cells, g.Re, g.Im, g.Gain, g.Phase)
		}
		cells = append(cells, x.Spectrum.Free, nil)
		if p := x.Spectrum.Coupled; p != nil {
			cells[len(cells)-1] = *p
		}
		t.Row(cells...)
	}
	return t.Close()
}

// shownFrequencies bounds the rows on the terminal.
const shownFrequencies = 25

func (s *session) printResponse(r responseResult) {
	fmt.Fprintf(s.stdout, "%s: b = %v, steady state %d of %d, rate %.10g, %s", r.Scenario, r.B, r.Index, r.States, r.State.Rate, stability(r.State.Stable))
	if v := r.State.Eigenvalue; v != nil {
		fmt.Fprintf(s.stdout, ", leading eigenvalue %.10g", v.Re)
		if v.Im != 0 {
			fmt.Fprintf(s.stdout, " ± %.10gi", v.Im)
		}
	}
	fmt.Fprintln(s.stdout, "\nK: rate per current, K_a: rate per diffusion (gain, phase in degrees); N·S: spectrum of the spikes of N neurons times N")
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "ω\t|K|\tphase\tcoupled |K|\tphase\t|K_a|\tphase\tcoupled |K_a|\tphase\tN·S\tcoupled N·S\t")
	shown := min(len(r.Rows), shownFrequencies)
	for i := range shown {
		x := r.Rows[i*(len(r.Rows)-1)/(shown-1)]
		fmt.Fprintf(w, "%.4g\t", x.Omega)
		for _, g := range []responseGain{x.Current.Free, x.Current.Coupled, x.Diffusion.Free, x.Diffusion.Coupled} {
			fmt.Fprintf(w, "%.7g\t%.2f\t", g.Gain, g.Phase)
		}
		coupled := "–"
		if p := x.Spectrum.Coupled; p != nil {
			coupled = fmt.Sprintf("%.7g", *p)
		}
		fmt.Fprintf(w, "%.7g\t%s\t\n", x.Spectrum.Free, coupled)
	}
	w.Flush()
	if shown < len(r.Rows) {
		fmt.Fprintf(s.stdout, "%d of %d frequencies; --json prints all, -o DIR writes them with a Bode plot\n", shown, len(r.Rows))
	}
}
