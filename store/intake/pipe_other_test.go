//go:build !unix

package intake

import "errors"

func makePipe(string) error { return errors.New("no pipes") }
