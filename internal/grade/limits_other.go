//go:build !linux

package grade

// What the kernel does here on Linux it does not do elsewhere. The step harness
// has limits of its own for time, memory and output, and what stays in the group
// of the marker is ended with it.

func limitProcess() {}

func limitHandIn() {}

func sweep() {}
