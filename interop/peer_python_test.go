package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
)

// Python's websockets: the library of the study notes, with asyncio.
var python = process{
	name:    "python",
	install: "apt-get install python3-websockets (or: python3 -m pip install websockets)",
	find: func() ([]string, string, error) {
		// More than one Python is common, and one of them has the library.
		for _, name := range []string{"python3", "python", "/usr/bin/python3"} {
			out, err := exec.Command(name, "-c", "import websockets; print(websockets.__version__)").Output()
			if err == nil {
				return []string{name, filepath.Join("peers", "peer.py")}, "websockets " + strings.TrimSpace(string(out)), nil
			}
		}
		return nil, "", errors.New("there is no Python with the package websockets")
	},
}
