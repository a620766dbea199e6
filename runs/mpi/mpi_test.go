package mpi

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"lapicque/network"
)

// TestTexts: every rank gets the texts of all, of any length.
func TestTexts(t *testing.T) {
	want := []string{"", "Γ₀", "12345678", strings.Repeat("long ", 100)}
	got := make([][]string, len(want))
	var group sync.WaitGroup
	for rank, seat := range network.Together(len(want)) {
		group.Go(func() { got[rank] = Texts(seat, want[rank]) })
	}
	group.Wait()
	for rank, texts := range got {
		if !slices.Equal(texts, want) {
			t.Errorf("rank %d gets %q, want %q", rank, texts, want)
		}
	}
}
