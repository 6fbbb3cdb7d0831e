//go:build race

package steps

const raceDetector = true
