package store

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever of a claim a kill leaves, the folder is known as ours and is taken over.
func TestClaimsThatAKillLeaves(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"before the claim has its name":   {claimName + "-1": ""},
		"after it":                        {claimName: Program + " 999999999", claimName + "-1": Program + " 999999999"},
		"while the first file is written": {claimName: Program + " 999999999", ProvenanceName: `{"prog`},
	} {
		dir := t.TempDir()
		for file, text := range files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if !Unfinished(dir) {
			t.Errorf("%s: the folder is not known", name)
		}
		if _, err := Reopen(dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Reopen(dir); err == nil {
			t.Errorf("%s: a folder that this process writes is taken over", name)
		}
		if err := Seal(dir, "completed"); err != nil {
			t.Fatal(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, claimName+"*")); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}
