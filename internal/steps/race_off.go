//go:build !race

package steps

const raceDetector = false
