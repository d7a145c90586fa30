// Package seal is the locksmith of the workspace: the only room that holds a
// key. Everything here is a pure function over bytes; files, buckets and
// transactions belong to store.
//
// # Vocabulary
//
//	identity     what a passphrase opens: a hybrid key pair to receive keys with
//	             and a signing key pair to sign commits with
//	keyslot      an identity sealed under a passphrase, with its label in the clear
//	compartment  a set of values under one key: a case, or a need-to-know part of one
//	epoch        the generation of a compartment's key; a new one follows a revocation
//	wrap         a compartment's key sealed to one identity's public half: a clearance
//	kcv          key check value: 32 bytes that commit to a compartment's key
//	place        where a value belongs: bucket, key and the leaf that wrote it, in one compartment
//	sealer       a compartment's key, opened and ready to seal and open values
//	box          what somebody without a compartment's key can seal into it: a value sealed
//	             to the public half of a pair that the key gives
//	recovery     an identity kept on paper, to which every compartment is wrapped
//	sheet        the paper: its secret in twenty blocks, each with a check of its own
//
// # Invariants
//
//   - Nothing is invented: AES-256-GCM with random nonces, HKDF-SHA256, HMAC,
//     HPKE with MLKEM768X25519, Ed25519 and crypto/rand come from the standard
//     library, Argon2id from x/crypto and PRECIS from x/text. What is ours is the
//     encoding of places, padding, blind names and check values, and it stands
//     under golden bytes.
//   - Every key has one use; HKDF labels separate them. Labels begin
//     "caseroom/0/": 0 names the set of ciphers, not the format of the file.
//   - A value opens only at the place it was sealed for: workspace, compartment,
//     epoch, bucket, key and leaf are its additional data. What format 0 wrote says a
//     revision in the leaf's place.
//   - Wraps are hybrid. There is no way in this package to make a classic-only one,
//     because a stolen file holds the public keys and outlives them.
//   - A passphrase that does not open a keyslot gives one error, whatever the reason.
//   - Errors carry codes and plain sentences; never a key, a passphrase or a text.
//   - Nothing here is limited by state: the number of tries, the idle lock and the
//     roles are kept by store and shown honestly as rules of the program.
//
// Keys live in ordinary memory. Zero and the Zero methods overwrite the copies
// this package knows; the garbage collector, the swap file and a crash dump may
// hold others, and the threat model says so.
//
// Limits: random nonces keep AES-GCM sound to about 2^32 values under one key;
// store rotates an epoch at 2^28 ([MaxSealsPerEpoch]).
//
// Who may import it: store and store's own rooms that need to seal. It imports
// nothing of ours.
package seal
