package cli

import (
	"fmt"
	"math"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	mfield "lapicque/mfield/neuralfield"
	law "lapicque/neuron/neuralfield"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// neuralResult is what steady --json prints for a neural field.
type neuralResult struct {
	Scenario string        `json:"scenario"`
	Names    []string      `json:"populations"` // "" for the only one
	States   []neuralState `json:"states"`      // the same everywhere
	Bumps    []neuralBump  `json:"bumps,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
}

// neuralState is a homogeneous steady state: its values, its eigenvalues, whether it is stable as it is (without waves), and
// the waves that grow fastest on it.
type neuralState struct {
	Values      []float64     `json:"values"`
	Eigenvalues []complexPair `json:"eigenvalues"`
	Stable      bool          `json:"stable"`
	Waves       *neuralWaves  `json:"waves,omitempty"` // absent at a point
}

// neuralWaves is about disturbances of wave number k: Fastest is where they grow most and Growth how, of all k that the sites
// resolve. Gain is ŵ(k)σ′ there, the Turing threshold of a single population being 1.
type neuralWaves struct {
	Fastest float64  `json:"fastest"`
	Growth  float64  `json:"growth"`
	Stable  bool     `json:"stable"`
	Gain    *float64 `json:"gain,omitempty"`
}

type neuralBump struct {
	Width  float64 `json:"width"`
	Stable bool    `json:"stable"`
}

// steadyNeural prints the homogeneous states of a field and what grows on them, and bumps.
func (s *session) steadyNeural(c *cli.Context, one *scenario.Scenario, field *scenario.Field, dir string) error {
	began := time.Now()
	result, err := solveNeural(one.Name, field)
	if err != nil {
		return err
	}
	err = s.keep(c, one, dir, began, func(f *store.Folder) error { return f.JSON("steady.json", result) })
	if err != nil {
		return err
	}
	return s.show(c, dir, result, func() { s.printNeural(result) })
}

func solveNeural(name string, field *scenario.Field) (neuralResult, error) {
	out := neuralResult{Scenario: name, Names: field.Names(), States: []neuralState{}}
	equation := field.Equation()
	states, err := equation.HomogeneousStates()
	if err != nil {
		return out, err
	}
	for _, x := range states {
		state := neuralState{Values: x.Values, Eigenvalues: pairs(x.Eigenvalues), Stable: x.Stable}
		if field.Law.Domain.Dims > 0 {
			state.Waves = waves(equation, x.Values)
		}
		out.States = append(out.States, state)
	}
	out.Bumps = bumps(equation)
	for _, p := range field.Law.Populations {
		if p.Where != nil {
			out.Notes = append(out.Notes, "States are those of the stimulus without its profile.")
			break
		}
	}
	for _, p := range field.Law.Populations {
		if p.Stimulus != nil && !p.Stimulus.Constant() {
			out.Notes = append(out.Notes, "States are those of the stimulus at time 0.")
			break
		}
	}
	return out, nil
}

// waves looks for the waves that grow fastest on a state.
func waves(equation mfield.Field, values []float64) *neuralWaves {
	w := &neuralWaves{}
	w.Fastest, w.Growth = equation.Fastest(values, 0)
	w.Stable = w.Growth < 0
	if len(values) == 1 && equation.Form == law.Potential {
		gain := equation.Weight(0, 0, w.Fastest) * equation.Populations[0].Gain.Slope(values[0])
		w.Gain = &gain
	}
	return w
}

// bumps returns those of one population with Heaviside gain on a ring or line that is long enough to hold them.
func bumps(equation mfield.Field) (list []neuralBump) {
	if len(equation.Populations) != 1 || equation.Domain.Dims != 1 || equation.Form != law.Potential || equation.Kernels[0][0] == nil {
		return nil
	}
	gain, jumps := equation.Populations[0].Gain.(law.Heaviside)
	if !jumps {
		return nil
	}
	for _, b := range mfield.Bumps(equation.Kernels[0][0], gain, equation.Populations[0].Drive(0), equation.Domain.Length/2) {
		list = append(list, neuralBump(b))
	}
	return list
}

func (s *session) printNeural(r neuralResult) {
	fmt.Fprintf(s.stdout, "%s: homogeneous steady states: %d\n", r.Scenario, len(r.States))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, name := range r.Names {
		if name == "" {
			name = "N"
		}
		fmt.Fprintf(w, "%s\t", name)
	}
	fmt.Fprintln(w, "stability\tleading eigenvalue\tfastest wave k\tgrowth\tŵ(k)σ′\twaves\t")
	for _, x := range r.States {
		for _, v := range x.Values {
			fmt.Fprintf(w, "%.13g\t", v)
		}
		fmt.Fprintf(w, "%s\t%s\t", stability(x.Stable), x.Eigenvalues[0])
		if x.Waves == nil {
			fmt.Fprintln(w, "–\t–\t–\t–\t")
			continue
		}
		gain := math.NaN()
		if x.Waves.Gain != nil {
			gain = *x.Waves.Gain
		}
		fmt.Fprintf(w, "%.8g\t%.8g\t%s\t%s\t\n", x.Waves.Fastest, x.Waves.Growth, dash(gain), stability(x.Waves.Stable))
	}
	w.Flush()
	for _, b := range r.Bumps {
		fmt.Fprintf(s.stdout, "bump of width %.13g, %s\n", b.Width, stability(b.Stable))
	}
	for _, note := range r.Notes {
		fmt.Fprintln(s.stdout, note)
	}
}

// dash prints eight digits, a dash for what does not exist.
func dash(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.8g", x)
}
