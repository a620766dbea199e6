package fluctuations

import (
	"errors"

	"lapicque/runs/store"
)

// Write writes fluctuations.json.
func (r *Result) Write(folder *store.Folder, argv []string) error {
	return errors.Join(folder.JSON("fluctuations.json", r))
}
