package scenario

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Every embedded scenario takes another size, and that alone changes.
func TestResized(t *testing.T) {
	for _, name := range Names() {
		s, err := Load(name, nil, Sides{Network: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before, size := resolved(t, s), s.Size()
		places := 1
		if f, ok := s.Field(); ok {
			places = f.Law.Domain.Total() * len(f.Start)
		}
		for _, n := range []int{1, 777, 2 * size} {
			other := s.Resized(n)
			want := max(1, (n+places/2)/places) * places
			if _, several := s.Document.(*Circuit); several {
				want = max(n, len(s.Populations()))
			}
			if other.Size() != want {
				t.Errorf("%s: %d neurons, asked for %d, want %d", name, other.Size(), n, want)
			}
			if back := other.Resized(size); n == 2*size && !bytes.Equal(resolved(t, back), before) {
				t.Errorf("%s: there and back gives\n%s", name, resolved(t, back))
			}
			if other.Name != s.Name || !bytes.Equal(other.Text, s.Text) {
				t.Errorf("%s: where it comes from is lost", name)
			}
		}
		_, tail := s.Common()
		_, halved := s.Stepped(tail.Particles.Dt / 2).Common()
		if halved.Particles.Dt != tail.Particles.Dt/2 {
			t.Errorf("%s: a step of %g, not half of %g", name, halved.Particles.Dt, tail.Particles.Dt)
		}
		if after := resolved(t, s); !bytes.Equal(before, after) {
			t.Errorf("%s: the scenario itself has changed to\n%s", name, after)
		}
	}
}

func resolved(t *testing.T, s *Scenario) []byte {
	t.Helper()
	text, err := s.Resolved()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Populations keep their proportions but for rounding, add up and never vanish.
func TestApportioned(t *testing.T) {
	if got := apportioned(1000, []int{20000, 5000}); !slices.Equal(got, []int{800, 200}) {
		t.Errorf("4 to 1 of 1000: %v", got)
	}
	if got := apportioned(6, []int{300, 1, 300, 1, 300, 1, 1}); !slices.Equal(got, []int{1, 1, 1, 1, 1, 1, 1}) {
		t.Errorf("more populations than neurons: %v", got)
	}
	if got := apportioned(10, []int{1, 100000, 1}); !slices.Equal(got, []int{1, 8, 1}) {
		t.Errorf("small ones: %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 1<<32-1), 1, 16).Draw(t, "sizes")
		n := rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 1<<32-1)).Draw(t, "n")
		total, sum := 0.0, 0
		for _, size := range sizes {
			total += float64(size)
		}
		for k, part := range apportioned(n, sizes) {
			sum += part
			exact := float64(n) * float64(sizes[k]) / total
			if part < 1 || float64(part) > exact+2 || float64(part) < exact-float64(len(sizes))-1 {
				t.Fatalf("part %d is %d, in proportion %g", k, part, exact)
			}
		}
		if sum != max(n, len(sizes)) {
			t.Fatalf("the parts add up to %d of %d", sum, n)
		}
	})
}

func TestResizedToNothing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no neuron is accepted")
		}
	}()
	s, err := Load("linear", nil, Sides{})
	if err != nil {
		t.Fatal(err)
	}
	s.Resized(0)
}
