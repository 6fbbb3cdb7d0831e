package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
)

var node = process{
	name:    "node",
	install: "npm ci --prefix interop/peers (and Node itself: apt-get install nodejs npm)",
	find: func() ([]string, string, error) {
		cmd := exec.Command("node", "-p", "require('ws/package.json').version")
		cmd.Dir = "peers"
		out, err := cmd.Output()
		if err != nil {
			return nil, "", errors.New("there is no Node with the package ws")
		}
		return []string{"node", filepath.Join("peers", "peer.js")}, "ws " + strings.TrimSpace(string(out)), nil
	},
}
