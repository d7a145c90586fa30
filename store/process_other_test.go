//go:build !unix

package store_test

import "caseroom/model"

func unixRoles() map[string]func(path string, k model.ID) error {
	return map[string]func(string, model.ID) error{}
}
