// Package view holds what the store gives out: records as the gate lets one viewer
// see them, in plain structs that screens and the command line draw.
//
// # Invariants
//
// A value here has been through access.Decide for one viewer and one purpose. What
// that viewer may not read is absent from it, not only marked: there is nothing in a
// view that its viewer could not be shown. Views are copies and never change.
//
// # Who may import it
//
// The store makes them; ui, its screens and cmd read them. It imports model and
// model/access.
package view
