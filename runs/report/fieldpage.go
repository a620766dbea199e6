package report

import (
	"math"
	"strings"
)

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
