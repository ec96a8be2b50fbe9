// Command advisories writes a bbolt file: the key-value store in which Trivy keeps its database.
//
// Its arguments are that file and one with a JSON object a line: {"path": [bucket, ..., key], "value": any}.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"go.etcd.io/bbolt"
)

type entry struct {
	Path  []string        `json:"path"`
	Value json.RawMessage `json:"value"`
}

func main() {
	lines, err := os.Open(os.Args[2])
	if err == nil {
		err = write(os.Args[1], lines)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// write puts each entry in a transaction of its own: within one, the order of pages is that of a Go map.
func write(file string, lines io.Reader) error {
	store, err := bbolt.Open(file, 0o644, &bbolt.Options{FreelistType: bbolt.FreelistArrayType, NoSync: true})
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(lines); ; {
		var next entry
		if err := decoder.Decode(&next); errors.Is(err, io.EOF) {
			return store.Close()
		} else if err != nil {
			return err
		}
		if err := store.Update(next.put); err != nil {
			return err
		}
	}
}

func (e entry) put(tx *bbolt.Tx) error {
	last := len(e.Path) - 1
	bucket, err := tx.CreateBucketIfNotExists([]byte(e.Path[0]))
	for _, name := range e.Path[1:last] {
		if err == nil {
			bucket, err = bucket.CreateBucketIfNotExists([]byte(name))
		}
	}
	if err != nil {
		return err
	}
	return bucket.Put([]byte(e.Path[last]), e.Value)
}
