package play

import "lapicque/runs/scenario"

// named collects a value for each population: of a model of one population the only one, else
// those under the names of the populations.
type named[T any] struct {
	populations []scenario.Population
	only        *T
	byName      *map[string]*T // where those of several populations go
}

func newNamed[T any](populations []scenario.Population, byName *map[string]*T) *named[T] {
	if several(populations) {
		*byName = make(map[string]*T, len(populations))
	}
	return &named[T]{populations: populations, byName: byName}
}

// put sets the value of a population.
func (n *named[T]) put(population int, value T) {
	if *n.byName == nil {
		n.only = &value
		return
	}
	(*n.byName)[n.populations[population].Name] = &value
}

// several reports whether the populations of a model have names.
func several(populations []scenario.Population) bool { return populations[0].Name != "" }

// of returns the value of a population by its name: "" is the only one.
func of[T any](only *T, byName map[string]*T, name string) *T {
	if name == "" {
		return only
	}
	return byName[name]
}
