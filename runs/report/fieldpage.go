package report

import (
	"math"
	"strings"
)

// cycle is what summary.json says about the last half of a field's solution; absent numbers are nil.
type cycle struct {
	Kind      string   `json:"kind"`
	Period    *float64 `json:"period"`
	Error     *float64 `json:"period_error"`
	Amplitude *float64 `json:"amplitude"`
	Reason    string   `json:"reason"`
}

// text says it in words.
func (c *cycle) text() string {
	switch {
	case c == nil:
		return ""
	case c.Kind == "oscillating" && c.Period != nil:
		e := 0.0
		if c.Error != nil {
			e = *c.Error
		}
		text := "The mean field oscillates in the last half of the run, with the period " + estimate(*c.Period, e, 7)
		if c.Amplitude != nil {
			text += " and the amplitude " + number(*c.Amplitude, 4)
		}
		return text + "."
	case c.Kind == "stationary":
		return "The mean field is stationary in the last half of the run."
	}
	text := "It is not decided whether the mean field settles or oscillates"
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return strings.TrimSuffix(text, ".") + "."
}

// size says how large the network is.
func (f *folder) size(neurons int) string {
	units := int64(f.parameters.number("particles.units"))
	if !f.placed() || units < 1 {
		return count(int64(neurons), "neuron", "neurons")
	}
	text := count(units, "unit", "units")
	if dims := f.parameters.number("domain.dims"); dims > 0 {
		text += " at each of " + count(int64(math.Pow(f.parameters.number("domain.sites"), dims)), "site", "sites")
	}
	return text
}

// fieldMeaning explains the keys of model wilson-cowan.
var fieldMeaning = map[string]string{
	"initial.law": "the field at time 0", "initial.mean": "its mean", "initial.file": "file with its values", "profile.value": "its value", "meanfield.rtol": "tolerance of a time step; 0: 1e-8",
	"form": "where the gain stands", "domain.dims": "dimensions: 0 a point, 1 a ring or line, 2 a torus", "domain.length": "length of a side",
	"domain.sites": "sites along a side", "domain.open": "a line with ends",
	"gain.law": "firing rate by input", "gain.beta": "its steepness β", "gain.theta": "its threshold θ", "gain.top": "its highest value", "gain.rested": "less its value at 0",
	"absence": "share r of a unit of time for which an active neuron is not available", "stimulus": "external input s", "profile.law": "by which the stimulus is multiplied",
	"initial.value": "its value", "initial.amplitude": "its amplitude", "initial.waves": "its periods along x", "initial.waves_y": "its periods along y",
	"initial.base": "value far away", "initial.height": "height of the bump", "initial.width": "width of the bump", "initial.x": "place of the bump", "initial.y": "place of the bump",
	"particles.units": "spiking units M of a population at a site",
}

// kernelMeaning explains the rest of a key of kernel or of kernels.TO.FROM.
func kernelMeaning(rest string) string {
	text, whose := "connections by distance", ""
	if pair, several := strings.CutPrefix(rest, "s."); several {
		parts := strings.SplitN(pair, ".", 3)
		if len(parts) < 2 {
			return ""
		}
		whose, rest = ", to "+parts[0]+" from "+parts[1], ""
		if len(parts) == 3 {
			rest = "." + parts[2]
		}
	}
	switch rest {
	case "", ".law":
	case ".weight":
		text = "integral of the kernel"
	case ".width":
		text = "width of the kernel"
	case ".height":
		text = "value of the kernel at distance 0"
	case ".near.weight", ".around.weight":
		text = "integral of the Gaussian " + strings.TrimSuffix(strings.TrimPrefix(rest, "."), ".weight")
	case ".near.width", ".around.width":
		text = "standard deviation of the Gaussian " + strings.TrimSuffix(strings.TrimPrefix(rest, "."), ".width")
	default:
		text = "values of the kernel"
	}
	return text + whose
}

// fieldContents is what files hold otherwise where neurons have places.
var fieldContents = map[string]string{
	"tables/meanfield.csv": "mean, variance, least and greatest value of the mean field over the sites, at its own steps",
	"tables/snapshots.csv": "moments of both sides over the sites at the snapshots",
}
